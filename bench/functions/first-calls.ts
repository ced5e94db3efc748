import type { FunctionName } from "../../lambdas/runtime/env-spec.ts";
import { httpEvent, newId, postConfirmationEvent, sqsEvent } from "../../test/support/events.ts";
import type { FunctionStage } from "./function-stage.ts";
import { listEvent, meet, sendEvent } from "./people.ts";

/** What each function is called with first: a new event each time. */
export type FirstCalls = Readonly<Record<FunctionName, () => unknown>>;

/** Of people who know each other and have two devices each. */
export async function firstCallsOn(stage: FunctionStage): Promise<FirstCalls> {
  const { conversationId, sender } = await meet(stage);
  const send = (): unknown => sendEvent(sender, conversationId, 0);
  await stage.run("websocket", send());
  return {
    http: () => listEvent("ana"),
    admin: () =>
      httpEvent({
        route: "PUT /api/admin/users",
        claims: { sub: "backoffice", scope: "parley/admin" },
        body: { userId: "ana" },
      }),
    authorizer: () => stage.upgradeOf("ana"),
    websocket: send,
    // Finds the head where it should be.
    worker: () => sqsEvent([{ type: "repair", conversationId, seq: 1 }]),
    signUp: () => {
      const userId = newId();
      return postConfirmationEvent(userId, { sub: userId, name: "Cleo" });
    },
  };
}
