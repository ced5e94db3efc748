import { createHmac } from "node:crypto";
import { DELETED_USER_PREFIX } from "../../protocol/system-user.ts";
import type { ErasureCounts } from "../../protocol/http-answers.ts";
import type { Chat } from "../chat.ts";
import type { Renaming, TraceStore } from "../duty-ports.ts";
import { PHASES } from "../model/erasure.ts";
import type { ErasurePhase, ErasurePlace, ErasureRun, MessagesKept } from "../model/erasure.ts";
import { belongs } from "../model/membership.ts";
import type { Head, Participant } from "../model/records.ts";
import { removeMember } from "./change-membership.ts";
import { coverLogs } from "./cover-logs.ts";
import { eraseMessages } from "./erase-messages.ts";
import { tellEvent } from "./tell-event.ts";

/** So many messages are changed, or items looked at, in one piece of the work: what a death has to be done again. */
const MESSAGES_A_PIECE = 25;
const ITEMS_A_PIECE = 100;

/** What an erasure works with. */
export interface Eraser {
  readonly chat: Chat;
  readonly traces: TraceStore;
  readonly run: ErasureRun;
  readonly messages: MessagesKept;
}

/** How a piece of the work ended; `place` null: the conversation knows the user no more. */
export interface Piece {
  readonly place: ErasurePlace | null;
  readonly done: Partial<ErasureCounts>;
}

/** The id in the user's place here: another one in each conversation, so that no two can be laid side by side. */
const aliasIn = ({ userId, salt }: ErasureRun, conversationId: string): Renaming => ({
  userId,
  alias:
    DELETED_USER_PREFIX + createHmac("sha256", salt).update(conversationId).digest("base64url").slice(0, 22),
});

/** One bounded piece of a conversation; done again it finds nothing left. */
export async function erasePiece(eraser: Eraser, place: ErasurePlace): Promise<Piece> {
  const { chat, run } = eraser;
  const head = await chat.heads.get(place.conversationId, "strong");
  // A pair whose maker died before it had a head; what was stored of it says so.
  if (!head) return leave(eraser, place, null);
  return PIECES[place.phase](eraser, place, head, aliasIn(run, head.id));
}

const PIECES: {
  readonly [P in ErasurePhase]: (
    eraser: Eraser,
    place: ErasurePlace,
    head: Head,
    who: Renaming,
  ) => Promise<Piece>;
} = {
  /** What was stored so far counts, and of a group the user is no member from here on. */
  async enter({ chat, run: { userId } }, place, head) {
    await coverLogs(chat, head);
    if (head.group && belongs(await chat.members.get(head.id, userId))) {
      const actor = { userId, connectionId: null };
      await tellEvent(chat, actor, await removeMember(chat, actor, head.id, userId));
    }
    return { place: next(place), done: {} };
  },

  async messages({ chat, messages: kept }, place, head, who) {
    const found = await chat.messages.listAfter(head.id, place.seq, MESSAGES_A_PIECE, "strong");
    const messages = await eraseMessages(chat, head.id, found, who, kept);
    const seq = found.at(-1)?.seq ?? place.seq;
    const isOver = found.length < MESSAGES_A_PIECE;
    return { place: isOver ? { ...next(place), seq } : { ...place, seq }, done: { messages } };
  },

  async reactions({ traces }, place, head, who) {
    const { moved, cursor } = await traces.moveReactions(head.id, who, place.after || null, ITEMS_A_PIECE);
    return { place: cursor === null ? next(place) : { ...place, after: cursor }, done: { items: moved } };
  },

  async changes({ chat, traces }, place, head, who) {
    if (place.after === "") await coverLogs(chat, head);
    const { moved, cursor } = await traces.moveChanges(head.id, who, place.after || null, ITEMS_A_PIECE);
    return { place: cursor === null ? next(place) : { ...place, after: cursor }, done: { items: moved } };
  },

  async marks({ chat, traces }, place, head, { userId, alias }) {
    const index = head.participants.findIndex(({ id }) => id === userId || id === alias);
    const items = await traces.removeMarks(head.id, userId, head.group ? null : index, ITEMS_A_PIECE);
    if (items >= ITEMS_A_PIECE) return { place, done: { items } };
    await unblock(chat, head, userId);
    return { place: next(place), done: { items } };
  },

  async leave(eraser, place, head) {
    return leave(eraser, place, head);
  },
};

/** The last of a conversation, unless something was said in it meanwhile. */
async function leave(eraser: Eraser, place: ErasurePlace, head: Head | null): Promise<Piece> {
  const { chat, traces, run } = eraser;
  const { userId, alias } = aliasIn(run, place.conversationId);
  const index = head?.participants.findIndex(({ id }) => id === userId) ?? -1;
  if (head && index >= 0) {
    await traces.replaceParticipant(
      head.id,
      userId,
      index,
      strangerInPlaceOf(head.participants[index]!, alias),
    );
  }
  if (place.peer !== null) await traces.unpair(place.conversationId, { userId, alias }, place.peer);
  const since = head ? await chat.messages.listAfter(head.id, place.seq, 1, "strong") : [];
  if (since.length > 0) return { place: { ...place, phase: "messages", after: "" }, done: {} };
  await traces.removeRow(userId, place.conversationId);
  return { place: null, done: { conversations: 1, items: 1 } };
}

/** Somebody of whom nothing is known but whether they have written, which decides what passes in the conversation. */
const strangerInPlaceOf = ({ wrote }: Participant, alias: string): Participant => ({
  id: alias,
  readSeq: 0,
  readAt: null,
  stepSeq: 0,
  ...(wrote === undefined ? {} : { wrote }),
});

/** Whoever shares the conversation and has blocked the user blocks nobody by that any more. */
async function unblock(chat: Chat, { id, group, participants }: Head, userId: string): Promise<void> {
  const others = group
    ? (await chat.members.list(id, "eventual")).map((member) => member.userId)
    : participants.map((participant) => participant.id);
  const blocking = await chat.blocks.among(others, userId);
  await Promise.all([...blocking].map((other) => chat.blocks.remove(other, userId)));
}

const next = (place: ErasurePlace): ErasurePlace => ({
  ...place,
  phase: PHASES[PHASES.indexOf(place.phase) + 1]!,
  after: "",
});
