import type { PostConfirmationTriggerEvent } from "aws-lambda";
import { recognizeUser } from "../chat/operations/recognize-user.ts";
import { identityOf } from "../runtime/claims.ts";
import { composeRecognition } from "../runtime/composition.ts";
import { readEnvironment } from "../runtime/env.ts";
import { observed } from "../runtime/observed.ts";

/** Two calls of two tries each: Cognito waits five seconds, the load of the function included. */
const recognition = composeRecognition(readEnvironment("signUp"), {}, { maxAttempts: 2, tryMs: 800 });

/**
 * Cognito's trigger: who signs up exists, and can be written to, before their first connection. Never fails: it
 * would refuse somebody who is confirmed, and whom their first authentication makes known all the same.
 */
async function makeKnown(event: PostConfirmationTriggerEvent): Promise<PostConfirmationTriggerEvent> {
  try {
    const { userAttributes } = event.request;
    const identity = identityOf({ "cognito:username": event.userName, ...userAttributes }, recognition.rules);
    if (identity) await recognizeUser(recognition, identity);
  } catch (error) {
    recognition.log.error("sign-up not stored", error);
  }
  return event;
}

export const handler = observed(recognition, makeKnown, ({ request }) => ({
  userId: request.userAttributes["sub"],
}));
