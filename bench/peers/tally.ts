import { turnOf } from "../load/turns.ts";

interface Message {
  readonly sentAt: number;
  ackedAt: number | null;
  readonly receivedAt: number[];
  /** Devices that should not have been told: its sender's, and those of other pairs. */
  astray: number;
}

/** What became of some of the messages. Times in milliseconds. */
export interface Outcome {
  readonly sent: number;
  /** From send to ack, of each that was acked. */
  readonly acks: readonly number[];
  /** From send to the other's device. */
  readonly receipts: readonly number[];
  /** Acked, and not told to the other. */
  readonly lost: number;
  /** Told to the other more than once, counted without the first time. */
  readonly doubled: number;
  readonly astray: number;
}

/** Numbers the messages of pairs with a device each, who speak in turn, and counts what comes back of them. */
export class Tally {
  readonly #messages: Message[] = [];

  constructor(readonly pairs: number) {}

  get count(): number {
    return this.#messages.length;
  }

  /** @returns its number */
  sent(at: number): number {
    return this.#messages.push({ sentAt: at, ackedAt: null, receivedAt: [], astray: 0 }) - 1;
  }

  acked(index: number, at: number): void {
    this.#message(index).ackedAt = at;
  }

  received(index: number, device: number, at: number): void {
    const message = this.#message(index);
    if (turnOf(index, this.pairs).receiver === device) message.receivedAt.push(at);
    else message.astray += 1;
  }

  /** How many had been acked by a time, of those from a number on. */
  ackedBy(at: number, from: number): number {
    return this.#messages.slice(from).filter(({ ackedAt }) => ackedAt !== null && ackedAt <= at).length;
  }

  /** Of those from one number on, up to and without another. */
  outcome(from: number, to: number): Outcome {
    const messages = this.#messages.slice(from, to);
    return {
      sent: messages.length,
      acks: messages.flatMap(({ sentAt, ackedAt }) => (ackedAt === null ? [] : [ackedAt - sentAt])),
      receipts: messages.flatMap(({ sentAt, receivedAt }) => receivedAt.slice(0, 1).map((at) => at - sentAt)),
      lost: messages.filter(({ ackedAt, receivedAt }) => ackedAt !== null && receivedAt.length === 0).length,
      doubled: messages.reduce((sum, { receivedAt }) => sum + Math.max(0, receivedAt.length - 1), 0),
      astray: messages.reduce((sum, { astray }) => sum + astray, 0),
    };
  }

  #message(index: number): Message {
    const message = this.#messages[index];
    if (message === undefined) throw new Error(`Nobody has sent message ${index}.`);
    return message;
  }
}

/** 200 bytes, as the figures of docs/data-model.md assume; its number stands in it. */
export const contentOf = (index: number): string => `Message ${index} `.padEnd(200, "x");

export const indexIn = (content: string): number => Number(content.split(" ")[1]);
