import type { ChatMessage, User } from "@parley/client";

/** What one may do to a message from its row. The functions stay the same from draw to draw. */
export interface MessageActs {
  readonly reply: (message: ChatMessage) => void;
  readonly edit: (message: ChatMessage) => void;
  readonly remove: (message: ChatMessage) => void;
  readonly react: (message: ChatMessage, emoji: string, on: boolean) => void;
  readonly pin: (message: ChatMessage, on: boolean) => void;
  readonly retry: (message: ChatMessage) => void;
  readonly discard: (message: ChatMessage) => void;
  /** Shows the message with this seq, wherever it is. */
  readonly show: (seq: number) => void;
}

/** Who one is in the conversation, and who the others are. */
export interface Company {
  readonly userId: string;
  readonly isGroup: boolean;
  /** Whether one may delete what others wrote. */
  readonly moderates: boolean;
  readonly pins: boolean;
  readonly nameOf: (userId: string) => string;
  /** In a group: the names of those who are known to have read up to there. */
  readonly readersOf: (seq: number) => readonly string[];
  readonly othersCount: number;
  /** Of a group: those who are loaded, oneself among them. */
  readonly members: readonly User[];
  /** Those of them with these ids. */
  readonly mentioned: (userIds: readonly string[]) => readonly User[];
  /** Whether these are all. */
  readonly isComplete: boolean;
  /** Has all of them loaded. Stays the same from draw to draw. */
  readonly askForMembers: () => void;
}
