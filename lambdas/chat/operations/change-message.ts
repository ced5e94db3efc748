import type { EditRequest } from "../../protocol/http-requests.ts";
import type { ChangedMessage } from "../../protocol/objects.ts";
import type { Caller, Chat } from "../chat.ts";
import { isBlocked, nothingPasses } from "../model/blocks.ts";
import { judgeDelete, judgeEdit, judgePin, judgeReaction } from "../model/message-rules.ts";
import type { Target } from "../model/target.ts";
import { appendChange } from "../steps/append-change.ts";
import type { Judge } from "../steps/append-change.ts";
import { participate } from "../steps/participate.ts";
import { tellChange } from "../steps/tell-change.ts";

/*
 * Each of these answers with the message as it stands once the change is durable and shown. What is so already
 * takes no `rev` and tells nobody, which is also how a repeat ends.
 */

/** @throws Refusal `RATE_LIMITED`, `NOT_FOUND`, `FORBIDDEN`; `CONFLICT` once it is deleted, or has changed since `ifRev` */
export const editMessage = (
  chat: Chat,
  caller: Caller,
  target: Target & EditRequest,
): Promise<ChangedMessage> =>
  change(chat, caller, target, ({ message }) =>
    judgeEdit(message, caller.userId, {
      said: target.content === null ? {} : { content: target.content },
      ifRev: target.ifRev,
    }),
  );

/** @throws Refusal `RATE_LIMITED`, `NOT_FOUND`, `FORBIDDEN` */
export const deleteMessage = (chat: Chat, caller: Caller, target: Target): Promise<ChangedMessage> =>
  change(chat, caller, target, ({ message }) => judgeDelete(message, caller.userId, { moderates: false }));

/** @throws Refusal `RATE_LIMITED`, `NOT_FOUND`, `FORBIDDEN`; `CONFLICT` for a deleted one, or with one emoji too many */
export const reactToMessage = (
  chat: Chat,
  caller: Caller,
  target: Target & { readonly emoji: string; readonly on: boolean },
): Promise<ChangedMessage> =>
  change(chat, caller, target, ({ message, own }) => judgeReaction(message, own, target), "passes");

/** @throws Refusal `RATE_LIMITED`, `NOT_FOUND`, `FORBIDDEN`; `CONFLICT` for a deleted one, or with one pin too many */
export const pinMessage = (
  chat: Chat,
  caller: Caller,
  target: Target & { readonly on: boolean },
): Promise<ChangedMessage> =>
  change(chat, caller, target, ({ message, pins }) => judgePin(message, pins, target.on));

async function change(
  chat: Chat,
  caller: Caller,
  { conversationId, seq }: Target,
  judge: Judge,
  /** What passes from one to the other is stopped by a block; one's own messages are one's own all the same. */
  kind: "own" | "passes" = "own",
): Promise<ChangedMessage> {
  await chat.limits.sends.take(caller.userId);
  const age = kind === "passes" ? "recent" : "remembered";
  const remembered = await participate(chat, caller, conversationId, age);
  if (kind === "passes" && isBlocked(remembered)) throw nothingPasses();
  const attemptId = Buffer.from(chat.random.bytes(9)).toString("base64url");
  const draft = { seq, userId: caller.userId, attemptId };
  const changed = await appendChange(chat, remembered, draft, judge);
  if (changed.isNew) chat.metrics.count("Changes");
  return { message: await tellChange(chat, caller, changed) };
}
