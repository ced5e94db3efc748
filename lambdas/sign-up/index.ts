import type { PostConfirmationTriggerEvent } from "aws-lambda";
import { recognizeUser } from "../chat/operations/recognize-user.ts";
import { identityOf } from "../runtime/claims.ts";
import { composeRecognition } from "../runtime/composition.ts";
import { readEnvironment } from "../runtime/env.ts";
import { observed } from "../runtime/observed.ts";

const recognition = composeRecognition(readEnvironment("signUp"));

/** Cognito's trigger: who signs up exists, and can be written to, before their first connection. */
async function makeKnown(event: PostConfirmationTriggerEvent): Promise<PostConfirmationTriggerEvent> {
  const { userAttributes } = event.request;
  const identity = identityOf({ "cognito:username": event.userName, ...userAttributes }, recognition.rules);
  if (identity) await recognizeUser(recognition, identity);
  return event;
}

export const handler = observed(recognition, makeKnown, ({ request }) => ({
  userId: request.userAttributes["sub"],
}));
