import type { EditRequest } from "../../protocol/http-requests.ts";
import type { ChangedMessage } from "../../protocol/objects.ts";
import type { Actor, Admin, Caller, Chat } from "../chat.ts";
import { isBlocked, nothingPasses } from "../model/blocks.ts";
import { judgeDelete, judgeEdit, judgePin, judgeReaction } from "../model/message-rules.ts";
import type { Head, Said } from "../model/records.ts";
import { noSuchMessage } from "../model/refusal.ts";
import { firstSeqOf, isMember, moderates } from "../model/standing.ts";
import type { Participation } from "../model/standing.ts";
import type { Target } from "../model/target.ts";
import { appendChange } from "../steps/append-change.ts";
import type { Judge } from "../steps/append-change.ts";
import { areParticipants } from "../steps/judge-references.ts";
import { findConversation, participate } from "../steps/participate.ts";
import { tellChange } from "../steps/tell-change.ts";

/*
 * Each of these answers with the message as it stands once the change is durable and shown. What is so already
 * takes no `rev` and tells nobody, which is also how a repeat ends.
 */

/**
 * @throws Refusal `RATE_LIMITED`, `NOT_FOUND`, `FORBIDDEN`; `INVALID_REQUEST` for a mention of somebody who takes no
 *   part; `CONFLICT` once it is deleted, or has changed since `ifRev`
 */
export async function editMessage(
  chat: Chat,
  caller: Caller,
  { conversationId, seq, ifRev = null, ...fields }: Target & Partial<EditRequest>,
): Promise<ChangedMessage> {
  const { content, mentions, metadata } = fields;
  const said: Partial<Said> = {
    ...(content === undefined ? {} : { content }),
    ...(mentions === undefined ? {} : { mentions }),
    ...(metadata === undefined ? {} : { metadata }),
  };
  return change(chat, caller, { conversationId, seq }, async ({ head }) => {
    const namesStrangers = !(await areParticipants(chat, head, mentions ?? []));
    return ({ message }) => judgeEdit(message, caller.userId, { said, ifRev, namesStrangers });
  });
}

/** @throws Refusal `RATE_LIMITED`, `NOT_FOUND`, `FORBIDDEN` */
export const deleteMessage = (chat: Chat, caller: Caller, target: Target): Promise<ChangedMessage> =>
  change(
    chat,
    caller,
    target,
    ({ standing }) =>
      ({ message }) =>
        judgeDelete(message, caller.userId, { moderates: moderates(standing) }),
  );

/**
 * Removes any message of any conversation, as an admin; told as any deletion is, and recorded as theirs.
 *
 * @throws Refusal `NOT_FOUND`
 */
export async function removeMessage(chat: Chat, { adminId }: Admin, target: Target): Promise<ChangedMessage> {
  const head = await findConversation(chat, target.conversationId, "remembered");
  const actor = { userId: adminId, connectionId: null };
  return apply(chat, actor, head, { seq: target.seq, reacts: false, firstSeq: 1 }, ({ message }) =>
    judgeDelete(message, adminId, { moderates: true }),
  );
}

/** @throws Refusal `RATE_LIMITED`, `NOT_FOUND`, `FORBIDDEN`; `CONFLICT` for a deleted one, or with one emoji too many */
export const reactToMessage = (
  chat: Chat,
  caller: Caller,
  target: Target & { readonly emoji: string; readonly on: boolean },
): Promise<ChangedMessage> =>
  change(
    chat,
    caller,
    target,
    () =>
      ({ message, own }) =>
        judgeReaction(message, own, target),
    "passes",
  );

/** @throws Refusal `RATE_LIMITED`, `NOT_FOUND`, `FORBIDDEN`; `CONFLICT` for a deleted one, or with one pin too many */
export const pinMessage = (
  chat: Chat,
  caller: Caller,
  target: Target & { readonly on: boolean },
): Promise<ChangedMessage> =>
  change(
    chat,
    caller,
    target,
    ({ standing }) =>
      ({ message, pins }) =>
        judgePin(message, pins, { on: target.on, mayPin: !isMember(standing) || moderates(standing) }),
  );

async function change(
  chat: Chat,
  caller: Caller,
  { conversationId, seq }: Target,
  judgeBy: (participation: Participation) => Judge | Promise<Judge>,
  /** What passes from one to the other is stopped by a block; one's own messages are one's own all the same. */
  kind: "own" | "passes" = "own",
): Promise<ChangedMessage> {
  await chat.limits.sends.take(caller.userId);
  const age = kind === "passes" ? "recent" : "remembered";
  const participation = await participate(chat, caller, conversationId, age);
  const { head, standing } = participation;
  if (kind === "passes" && isBlocked(head)) throw nothingPasses();
  const firstSeq = firstSeqOf(head, standing);
  if (seq < firstSeq) throw noSuchMessage();
  const what = { seq, reacts: kind === "passes", firstSeq };
  return apply(chat, caller, head, what, await judgeBy(participation));
}

async function apply(
  chat: Chat,
  actor: Actor,
  remembered: Head,
  { firstSeq, ...what }: { readonly seq: number; readonly reacts: boolean; readonly firstSeq: number },
  judge: Judge,
): Promise<ChangedMessage> {
  const attemptId = Buffer.from(chat.random.bytes(9)).toString("base64url");
  const draft = { ...what, userId: actor.userId, attemptId };
  const changed = await appendChange(chat, remembered, draft, judge);
  if (changed.isNew) chat.metrics.count("Changes");
  return { message: await tellChange(chat, actor, changed, firstSeq) };
}
