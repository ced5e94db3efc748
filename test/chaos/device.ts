import type { Message } from "../../lambdas/protocol/objects.ts";
import type { AckData } from "../../lambdas/protocol/server-frames.ts";
import type { Reply } from "./reply.ts";
import type { Via } from "./history.ts";
import type { ChangeIntent, Intent, Journal } from "./journal.ts";
import type { Person } from "./person.ts";

/** What a device shares with the others of its history. */
export interface Surroundings {
  readonly journal: Journal;
  readonly random: () => number;
  /** Told of each message an event has just shown. */
  readonly shown: (device: Device, message: Pick<Message, "conversationId" | "seq">) => void;
}

/** What somebody chats with: frames of its own making (`RawDevice`), or the client that users have (`ClientDevice`). */
export interface Device {
  readonly name: string;
  readonly person: Person;
  readonly conversations: readonly string[];
  readonly isConnected: boolean;
  /** It is on, and connects by itself. */
  readonly isWanted: boolean;
  /** Whether what it knows of messages is brought to their changes. */
  readonly followsChanges: boolean;
  /** The stored messages it knows. */
  known(conversationId: string): readonly Message[];
  /** Resolves once it is connected, or has been told to stop. */
  connect(): Promise<void>;
  disconnect(abruptly: boolean): void;
  /** Ends all tries; resolves when nothing is under way any more. */
  stop(): Promise<void>;
  /** Tries to send until an ack, whoever gets it first; an intent that gives up is tried once. */
  deliver(intent: Intent, via: Via): Promise<void>;
  /** An earlier message of this user once more, unchanged. */
  repeat(intent: Intent, via: Via): Promise<void>;
  /** Tries to change a message until an answer comes; an intent that gives up is tried once. */
  change(intent: ChangeIntent, via: Via): Promise<void>;
  join(conversationId: string): Promise<void>;
  leave(conversationId: string): Promise<void>;
  type(conversationId: string): Promise<void>;
  markRead(conversationId: string, seq: number): Promise<void>;
  sync(conversationId: string): Promise<void>;
  /** When the storm is over: from now on nothing that was missed in it is missing, without being asked for it. */
  recover(): Promise<void>;
  /** One page of the log over this device's socket. */
  askSync(conversationId: string, afterSeq: number, limit: number): Promise<Reply<AckData["sync"]>>;
}
