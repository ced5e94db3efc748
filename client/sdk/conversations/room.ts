import type { Conversation } from "../../../lambdas/protocol/objects.ts";
import { lost, toChatError } from "../chat-error.ts";
import type { Socket } from "../connection/socket.ts";
import { background, pause } from "../environment.ts";
import type { ConversationParts } from "./conversation-parts.ts";

/** A page that closes a conversation most often opens it again: a leave must not overtake the next join. */
const LEAVE_MS = 1_000;

/** What a join tells of a conversation. */
export type Joined = Pick<Conversation, "lastSeq" | "readSeq" | "otherParticipant">;

/** The room of a conversation: those in it hear of messages and of typing at once. */
export class Room {
  readonly #id: string;
  readonly #parts: ConversationParts;
  readonly #closing: AbortSignal;
  #leaving = Promise.resolve();
  #staying = new AbortController();

  constructor(id: string, parts: ConversationParts, closing: AbortSignal) {
    this.#id = id;
    this.#parts = parts;
    this.#closing = closing;
  }

  /** @throws ChatError */
  async join(socket: Socket): Promise<Joined> {
    await this.#leaving;
    const { people, myId } = this.#parts;
    const { kind, lastSeq, readSeq, participants } = await socket
      .ask("join_conversation", { conversationId: this.#id })
      .catch((cause: unknown) => {
        // Another room was left before this one was entered, but the server may not have come so far.
        const { code, message } = toChatError(cause);
        throw code === "CONFLICT" ? lost(message) : cause;
      });
    for (const participant of participants) {
      people.saw(participant);
      people.sawPresence(participant.id, participant);
    }
    const otherParticipant = participants.find(({ id }) => kind !== "group" && id !== myId()) ?? null;
    return { lastSeq, readSeq, otherParticipant };
  }

  /** It is opened again: what was to be left soon is not. */
  stay(): void {
    this.#staying.abort();
  }

  /** Soon, unless it is opened again; then `left` is called. */
  leave(left: () => void): void {
    this.#staying = new AbortController();
    this.#leaving = this.#leave(this.#staying.signal, left);
    background(this.#leaving, this.#parts.environment);
  }

  async #leave(staying: AbortSignal, left: () => void): Promise<void> {
    await pause(LEAVE_MS, staying, this.#closing);
    if (staying.aborted || this.#closing.aborted) return;
    left();
    const { sockets } = this.#parts.connection;
    await Promise.allSettled(
      sockets.map((socket) => socket.ask("leave_conversation", { conversationId: this.#id })),
    );
  }
}
