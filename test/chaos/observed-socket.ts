import type { WebSocket, RawData } from "ws";
import type { Message, ReadPosition, Sent } from "../../lambdas/protocol/objects.ts";
import type {
  AckData,
  AckFrame,
  ErrorFrame,
  EventFrame,
  ServerFrame,
} from "../../lambdas/protocol/server-frames.ts";
import { PASSING } from "./reply.ts";
import type { GroupRefusal, Intent, Journal, ReadAttempt, WantedChange } from "./journal.ts";

/** Whose socket it is. */
export interface Observer {
  readonly name: string;
  readonly userId: string;
  readonly conversations: readonly string[];
  readonly journal: Journal;
  /** Told of each message an event has just shown. */
  readonly shown: (message: Pick<Message, "conversationId" | "seq">) => void;
}

interface ClientFrame {
  readonly action: string;
  readonly id?: string;
  readonly conversationId: string;
  readonly [field: string]: unknown;
}

/** What was asked for, and what is done with an ack's data; an error is the same for all. */
interface Asked extends Question {
  readonly answered?: (data: never) => void;
}

export interface Question {
  readonly action: string;
  readonly conversationId: string;
  readonly askedAt: number;
  readonly about: GroupRefusal["about"];
  readonly intent?: Intent;
}

type Socket = Pick<WebSocket, "on" | "send">;

/** From now on the journal has every frame of the socket, both ways, before whoever uses it. */
export function observe(socket: Socket, observer: Observer): void {
  const asked = new Map<string, Asked>();
  const send = socket.send.bind(socket) as (data: string) => void;
  Object.assign(socket, {
    send: (data: string) => {
      const frame = JSON.parse(data) as ClientFrame;
      const question = questionOf(frame, observer);
      if (frame.id !== undefined) asked.set(frame.id, question);
      send(data);
    },
  });
  socket.on("message", (data: RawData) => {
    const frame = JSON.parse((data as Buffer).toString("utf8")) as ServerFrame | { type: undefined };
    switch (frame.type) {
      case "ack":
        return take(asked, frame)?.answered?.(frame.data as never);
      case "error":
        return judge(observer, take(asked, frame) ?? noQuestion(observer), frame);
      case "pong":
        return;
      case undefined:
        observer.journal.counts.gatewayErrors += 1;
        return;
      case "batch":
        return frame.events.forEach((event) => happened(event, observer));
      default:
        return happened(frame, observer);
    }
  });
}

/** Of a frame without an id: it may have been of the group. */
const noQuestion = ({ journal }: Observer): Question => ({
  ...{ action: "a frame without id", askedAt: 0, about: {} },
  conversationId: [...journal.groups][0] ?? "",
});

function take(asked: Map<string, Asked>, { id }: Pick<AckFrame | ErrorFrame, "id">): Asked | undefined {
  const found = asked.get(id ?? "");
  asked.delete(id ?? "");
  return found;
}

function questionOf(frame: ClientFrame, observer: Observer): Asked {
  const { journal, userId, name } = observer;
  const { action, conversationId } = frame;
  const question = { action, conversationId, askedAt: journal.tick(), about: { seq: Number(frame["seq"]) } };
  switch (action) {
    case "send_message": {
      const intent = journal.intents.find(
        (one) =>
          one.senderId === userId &&
          one.content === frame["content"] &&
          one.conversationId === conversationId,
      );
      if (!intent) {
        journal.blame("untrue", `${name} sends what nobody wrote: ${String(frame["content"])}`);
        return question;
      }
      tried(journal, intent, frame["afterSeq"] as number | undefined);
      const answered = (sent: Sent): void => acked(observer, intent, sent);
      return { ...question, ...aboutOf(intent), intent, answered };
    }
    case "mark_read": {
      const seq = Number(frame["seq"]);
      const attempt: ReadAttempt = { userId, conversationId, seq, beganAt: journal.tick(), answer: null };
      journal.reads.push(attempt);
      return { ...question, answered: (position: ReadPosition) => marked(journal, attempt, position) };
    }
    case "sync": {
      const { askedAt } = question;
      const afterSeq = Number(frame["afterSeq"]);
      const afterRev = (frame["afterRev"] as number | undefined) ?? null;
      const answered = (page: AckData["sync"]): void => {
        const at = journal.tick();
        // Beyond the end, nothing but the end is asked for.
        if (afterSeq <= page.lastSeq)
          journal.syncs.push({ userId, askedAt, conversationId, afterSeq, afterRev, ...page });
        for (const message of [...page.messages, ...page.changed])
          journal.saw({ to: userId, at, askedAt, source: "sync", message });
      };
      return { ...question, answered };
    }
    default:
      return question;
  }
}

/** One more try: what it goes from is the same each time, unless the server has called it too old. */
export function tried(journal: Journal, intent: Intent, afterSeq: number | null = null): void {
  intent.beganAt ??= journal.tick();
  intent.attempts += 1;
  intent.afterSeq = afterSeq;
  intent.afterSeqs.push(afterSeq);
  journal.counts.attempts += 1;
}

export function acked(
  { journal, userId }: Pick<Observer, "journal" | "userId">,
  intent: Intent,
  { message, duplicate }: Sent,
): void {
  const at = journal.tick();
  journal.counts.acked += 1;
  if (duplicate) journal.counts.duplicates += 1;
  intent.acks.push({ at, message, duplicate });
  journal.saw({ to: userId, at, askedAt: null, source: "ack", message });
}

/** What a refusal of it may be about. */
export const aboutOf = ({ conversationId, replyToSeq, mentions }: Intent) => ({
  conversationId,
  about: { userIds: mentions, ...(replyToSeq === null ? {} : { seq: replyToSeq }) },
});

export function marked(journal: Journal, attempt: ReadAttempt, { readSeq, readAt }: ReadPosition): void {
  const { userId, conversationId } = attempt;
  attempt.answer = { at: journal.tick(), readSeq };
  if (readAt !== null) journal.readTimes.push({ userId, conversationId, seq: readSeq, readAt });
}

const MAY_CONFLICT: ReadonlySet<string> = new Set([
  ...["send_message", "edit_message", "react"],
  ...(["edit", "delete", "react", "pin"] satisfies WantedChange["type"][]),
]);

/** What only who has a right to it may do: whether somebody had, the order of the group tells at the end. */
const OF_RIGHTS: ReadonlySet<string> = new Set(["FORBIDDEN", "NOT_FOUND", "CONFLICT", "INVALID_REQUEST"]);

/** Counts a refusal, and blames what cannot be refused to a right client. */
export function judge(
  { name, userId, journal }: Pick<Observer, "name" | "userId" | "journal">,
  { action, conversationId, askedAt, about, intent }: Question,
  { code, message }: Pick<ErrorFrame, "message"> & { readonly code: string },
): void {
  journal.counts.errors += 1;
  if (PASSING.has(code)) return;
  intent?.refusals.push(code);
  // Whether the message had been deleted, or changed, what stands at the end tells.
  if (code === "CONFLICT" && MAY_CONFLICT.has(action)) return;
  if (journal.groups.has(conversationId) && OF_RIGHTS.has(code)) {
    const at = journal.tick();
    journal.groupRefusals.push({ userId, conversationId, action, code, askedAt, at, about });
    return;
  }
  journal.blame("untrue", `${name}: ${action} was refused with ${code}: ${message}`);
}

function happened(frame: EventFrame, { name, userId, conversations, journal, shown }: Observer): void {
  const at = journal.tick();
  journal.counts.events += 1;
  switch (frame.type) {
    case "new_message":
    case "message_changed":
    case "conversation_updated": {
      const message = frame.type === "conversation_updated" ? frame.lastMessage : frame.message;
      journal.saw({ to: userId, at, askedAt: null, source: "event", message });
      if (!conversations.includes(message.conversationId)) {
        journal.blame("untrue", `${name} was told of a conversation of others`);
      }
      return shown(message);
    }
    case "messages_read": {
      const { userId, conversationId, readSeq, readAt } = frame;
      journal.readTimes.push({ userId, conversationId, seq: readSeq, readAt });
      return;
    }
    case "settings_changed":
      return;
    case "conversation_added":
    case "conversation_removed": {
      const id = frame.type === "conversation_added" ? frame.conversation.id : frame.conversationId;
      journal.moves.push({ userId, conversationId: id, at, isIn: frame.type === "conversation_added" });
      return;
    }
    case "user_online":
    case "user_offline": {
      const presence = { online: frame.type === "user_online", version: frame.version };
      journal.presences.push({ askedAt: null, at, userId: frame.userId, presence });
      return;
    }
    case "user_typing":
    case "user_stopped_typing":
  }
}
