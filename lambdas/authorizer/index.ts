import { composeRecognition } from "../runtime/composition.ts";
import { readEnvironment } from "../runtime/env.ts";
import { observed } from "../runtime/observed.ts";
import { createAuthorizer, isUnauthorized } from "./authorize.ts";
import { createTokenVerifier } from "./token-verifier.ts";

const env = readEnvironment("authorizer");
const recognition = composeRecognition(env);

export const handler = observed(
  recognition,
  createAuthorizer(recognition, createTokenVerifier(env), env.ALLOWED_ORIGINS),
  ({ requestContext }) => ({
    gatewayRequestId: requestContext?.requestId,
    connectionId: requestContext?.connectionId,
  }),
  isUnauthorized,
);
