import { composeRecognition } from "../runtime/composition.ts";
import { readEnvironment } from "../runtime/env.ts";
import { createAuthorizer } from "./authorize.ts";
import { createTokenVerifier } from "./token-verifier.ts";

const env = readEnvironment("authorizer");

export const handler = createAuthorizer(
  composeRecognition(env),
  createTokenVerifier(env),
  env.ALLOWED_ORIGINS,
);
