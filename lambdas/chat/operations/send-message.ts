import type { AdminSendRequest } from "../../protocol/admin-requests.ts";
import type { SendRequest } from "../../protocol/http-requests.ts";
import type { Sent } from "../../protocol/objects.ts";
import { SYSTEM_USER } from "../../protocol/system-user.ts";
import type { Actor, Admin, Caller, Chat } from "../chat.ts";
import { isBlocked, nothingPasses } from "../model/blocks.ts";
import type { Head, MessageRecord } from "../model/records.ts";
import { couldBeConversationId } from "../model/ids.ts";
import { AS_SENT } from "../model/message-state.ts";
import { weightOf } from "../model/reading-weight.ts";
import { Refusal } from "../model/refusal.ts";
import { quotingFrom } from "../model/quotes.ts";
import { firstSeqOf } from "../model/standing.ts";
import { advanceHead } from "../steps/advance-head.ts";
import { announce, broadcast, present } from "../steps/announce-message.ts";
import { append, isOwn } from "../steps/append-message.ts";
import type { AppendStart, Appended, Draft } from "../steps/append-message.ts";
import { findSender } from "../steps/find-sender.ts";
import { judgeReferences } from "../steps/judge-references.ts";
import { loadAudience } from "../steps/load-audience.ts";
import { loadQuotes } from "../steps/load-quotes.ts";
import { loadReadTimes } from "../steps/load-read-times.ts";

/** How far back a repeat without `afterSeq` is recognized. */
const REPEAT_WINDOW = 100;
/** How far an `afterSeq` may lie behind the last message. */
const MAX_BEHIND = 1_000;

/**
 * Stores a message, then tells everybody. Order matters: the recipients' connections are read after the put,
 * so that whoever connects meanwhile either is pushed to or finds the message by `sync`.
 *
 * @throws Refusal `RATE_LIMITED`, `NOT_FOUND`, also of what it answers, `FORBIDDEN`; `INVALID_REQUEST` for an
 *   `afterSeq` above the last message, and for a mention of somebody who takes no part; `CONFLICT` for an `afterSeq`
 *   too far behind, and where what it answers was deleted. Any other error may have stored the message: its repeat
 *   answers.
 */
export async function sendMessage(chat: Chat, caller: Caller, request: ToSend): Promise<Sent> {
  await chat.limits.sends.take(caller.userId);
  return send(chat, caller, request, chat.limits.reads);
}

/**
 * Stores a message that an admin has written for a participant, as if they had sent it, or for nobody: then it is
 * the system's, which takes no part, reads nothing and is blocked by nobody. Exactly once by its clientMessageId. No
 * connection has it in an ack, so all are told; it counts for no rate.
 *
 * @throws Refusal `NOT_FOUND`, `FORBIDDEN` where `senderId` takes no part
 */
export const sendOnBehalf = (
  chat: Chat,
  _: Admin,
  { senderId, ...request }: AdminSendRequest & { readonly conversationId: string },
): Promise<Sent> =>
  send(
    chat,
    { userId: senderId ?? SYSTEM_USER.id, connectionId: null },
    { ...request, afterSeq: null },
    NO_LIMIT,
  );

async function send(chat: Chat, caller: Actor, request: ToSend, reads: Reads): Promise<Sent> {
  const { conversationId, replyToSeq = null, mentions = [], metadata = null } = request;
  const [{ head, standing }, quoted] = await Promise.all([
    findSender(chat, caller, conversationId, "recent"),
    replyToSeq !== null && couldBeConversationId(conversationId)
      ? chat.messages.get(conversationId, replyToSeq)
      : null,
  ]);
  if (standing && isBlocked(head)) throw nothingPasses();
  const draft: Draft = {
    conversationId: head.id,
    senderId: caller.userId,
    ...AS_SENT,
    content: request.content,
    mentions,
    metadata,
    replyToSeq,
    system: null,
    clientMessageId: request.clientMessageId,
    attemptId: Buffer.from(chat.random.bytes(9)).toString("base64url"),
  };
  const refusal = await judgeReferences(chat, head, draft, quoted);
  if (refusal) {
    const first = await findFirst(chat, head, draft, request.afterSeq, reads);
    if (!first) throw refusal;
    return answerRepeat(chat, caller, first);
  }
  const appended = await store(chat, head, draft, request.afterSeq, reads);
  switch (appended.type) {
    case "stored":
      chat.metrics.count("Sends");
      return {
        message: await announce(chat, caller, head, appended.message, quoted),
        duplicate: false,
      };
    case "repeat":
      return answerRepeat(chat, caller, appended.message);
    case "too_far_behind":
      throw new Refusal(
        "CONFLICT",
        `afterSeq is more than ${MAX_BEHIND} messages behind: sync, look for the clientMessageId, then send with the seq reached.`,
      );
  }
}

/** What a client says of a message: what it leaves out beside its text is not there. */
type ToSend = Pick<SendRequest, "content" | "clientMessageId" | "afterSeq"> &
  Partial<SendRequest> & { readonly conversationId: string };

/**
 * The first attempt at a message that would be refused by now: what a repeat says is ignored, and what it answers
 * may have been deleted since.
 */
async function findFirst(
  chat: Chat,
  head: Head,
  draft: Draft,
  afterSeq: number | null,
  reads: Reads,
): Promise<MessageRecord | null> {
  if (draft.clientMessageId === null) return null;
  const window = afterSeq === null ? REPEAT_WINDOW : MAX_BEHIND;
  await takeReads(reads, draft.senderId, Math.min(window, head.lastSeq - (afterSeq ?? 0)), head.largest);
  if (afterSeq === null) return (await lookAtNewest(chat, head, draft)).own;
  const since = await chat.messages.listAfter(head.id, afterSeq, window, "strong");
  return since.find((message) => isOwn(message, draft)) ?? null;
}

/** The end of the log, and an earlier attempt if it is near. */
async function lookAtNewest(
  chat: Chat,
  head: Head,
  draft: Draft,
): Promise<{ readonly lastSeq: number; readonly own: MessageRecord | null }> {
  const marks = await chat.messages.listNewest(head.id, REPEAT_WINDOW);
  const own = marks.find((mark) => isOwn(mark, draft));
  return {
    lastSeq: marks[0]?.seq ?? 0,
    own: own ? await chat.messages.get(head.id, own.seq) : null,
  };
}

async function store(
  chat: Chat,
  head: Head,
  draft: Draft,
  afterSeq: number | null,
  reads: Reads,
): Promise<Appended> {
  if (afterSeq !== null) {
    const proof = await proveFilled(chat, head, afterSeq);
    const behind = proof.lastSeq - afterSeq;
    if (behind > MAX_BEHIND) return { type: "too_far_behind" };
    if (behind > REPEAT_WINDOW) await takeReads(reads, draft.senderId, behind, head.largest);
    return append(chat, draft, {
      proven: afterSeq,
      hasSuccessors: proof.lastSeq > afterSeq,
      looksBack: true,
      maxBehind: MAX_BEHIND,
    });
  }
  const looksBack = draft.clientMessageId !== null;
  const anywhere: Omit<AppendStart, "proven"> = { hasSuccessors: false, looksBack, maxBehind: null };
  // Without a clientMessageId there is no repeat to look for: any slot known to be filled will do.
  if (draft.clientMessageId === null) return append(chat, draft, { proven: head.lastSeq, ...anywhere });
  const window = Math.min(REPEAT_WINDOW, head.lastSeq);
  if (weightOf(window, head.largest) > 1) await takeReads(reads, draft.senderId, window, head.largest);
  const { lastSeq, own } = await lookAtNewest(chat, head, draft);
  if (own) return { type: "repeat", message: own };
  // A log whose slots were taken out from outside still has its head: no seq is given twice.
  return append(chat, draft, { proven: Math.max(lastSeq, head.lastSeq), ...anywhere });
}

/** What looking through earlier messages counts against. */
type Reads = Pick<Chat["limits"]["reads"], "take">;

const NO_LIMIT: Reads = { take: () => Promise.resolve() };

const takeReads = (reads: Reads, userId: string, messages: number, largest: number): Promise<void> =>
  reads.take(userId, weightOf(messages, largest));

/** `afterSeq` is the client's claim: it counts once a head or the slot itself shows it. */
async function proveFilled(
  chat: Chat,
  remembered: Head,
  afterSeq: number,
): Promise<{ readonly lastSeq: number }> {
  if (afterSeq <= remembered.lastSeq) return remembered;
  const head = await chat.heads.get(remembered.id, "strong");
  if (head && afterSeq <= head.lastSeq) return head;
  if (await chat.messages.get(remembered.id, afterSeq)) return { lastSeq: afterSeq };
  throw new Refusal("INVALID_REQUEST", "afterSeq is above the last message of the conversation.");
}

/** A repeat redoes what its first attempt may not have lived to do, and tells nobody twice. */
async function answerRepeat(chat: Chat, caller: Caller, stored: MessageRecord): Promise<Sent> {
  chat.metrics.count("Repeats");
  const { head: hint, standing } = await findSender(chat, caller, stored.conversationId, "strong");
  const { head, moved } = await advanceHead(chat, hint, stored);
  const quoted = (await loadQuotes(chat, head.id, [stored]))(stored);
  if (moved) {
    chat.metrics.count("HeadsRepairedByRepeat");
    await broadcast(chat, caller, head, stored, await loadAudience(chat, head, "strong"), quoted);
  }
  const readAt = (await loadReadTimes(chat, head, [stored]))(stored);
  const message = await present(chat, caller, stored, null, readAt, quoted);
  // Let in anew meanwhile, they may see less than when they sent it.
  return { message: quotingFrom(standing ? firstSeqOf(head, standing) : 1, message), duplicate: true };
}
