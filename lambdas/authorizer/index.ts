import { createAuthorizer, createTokenVerifier } from "./authorize.ts";
import { composeRecognition } from "../runtime/composition.ts";
import { listIn, readEnvironment } from "../runtime/env.ts";

const env = readEnvironment("authorizer");

export const handler = createAuthorizer(
  composeRecognition(env),
  createTokenVerifier(env),
  listIn("ALLOWED_ORIGINS", env.ALLOWED_ORIGINS),
);
