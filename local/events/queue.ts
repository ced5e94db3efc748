import { randomUUID } from "node:crypto";
import type { QueueModel } from "../assembly/model.ts";

export interface MessageAttribute {
  readonly DataType: string;
  readonly StringValue?: string;
  /** Base64. */
  readonly BinaryValue?: string;
}

export type MessageAttributes = Readonly<Record<string, MessageAttribute>>;

/** Plain data: it is what the journal keeps. Times in milliseconds. */
export interface Message {
  readonly id: string;
  readonly body: string;
  readonly attributes: MessageAttributes;
  /** X-Ray's, of the request that sent it. */
  readonly traceHeader?: string;
  readonly sentAt: number;
  /** Not to be received before: delayed, or in flight. */
  readonly visibleAt: number;
  readonly receiveCount: number;
  readonly firstReceivedAt: number | null;
  /** Of the last receive; null when never received. */
  readonly receiptHandle: string | null;
}

export interface NewMessage {
  readonly body: string;
  readonly attributes?: MessageAttributes | undefined;
  readonly traceHeader?: string | undefined;
  /** The queue's own where absent. */
  readonly delaySeconds?: number | undefined;
}

export type QueueChange =
  { readonly type: "put"; readonly message: Message } | { readonly type: "remove"; readonly id: string };

export interface QueueCounts {
  readonly visible: number;
  readonly inFlight: number;
  readonly delayed: number;
}

/** One queue in memory, without a clock or files of its own. Each change is reported before it shows. */
export interface Queue {
  send(now: number, message: NewMessage): Message;
  /** Up to `max` messages; those received too often go to `deadLetter` instead. */
  receive(now: number, max: number, visibilitySeconds?: number): readonly Message[];
  /** A receipt handle that a later receive has replaced removes nothing, as on the service. */
  remove(receiptHandle: string): void;
  /** False where the message is not in flight under this handle. */
  changeVisibility(now: number, receiptHandle: string, seconds: number): boolean;
  /** Takes a message over from another queue or from the journal. */
  adopt(message: Message): void;
  messages(): Iterable<Message>;
  counts(now: number): QueueCounts;
  /** When the next message becomes visible; undefined if none is waiting for its time. */
  nextVisibleAt(now: number): number | undefined;
  purge(): void;
}

export function createQueue(
  /** The settings now; a reload changes them. */
  model: () => QueueModel,
  report: (change: QueueChange) => void,
  deadLetter: (message: Message) => boolean,
): Queue {
  const messages = new Map<string, Message>();
  const put = (message: Message): Message => {
    report({ type: "put", message });
    messages.set(message.id, message);
    return message;
  };
  const drop = (id: string): void => {
    report({ type: "remove", id });
    messages.delete(id);
  };
  const byHandle = (handle: string): Message | undefined => {
    const message = messages.get(idOfHandle(handle));
    return message?.receiptHandle === handle ? message : undefined;
  };

  return {
    send: (now, { body, attributes = {}, traceHeader, delaySeconds = model().delaySeconds }) =>
      put({
        id: randomUUID(),
        body,
        attributes,
        ...(traceHeader === undefined ? {} : { traceHeader }),
        sentAt: now,
        visibleAt: now + delaySeconds * 1_000,
        receiveCount: 0,
        firstReceivedAt: null,
        receiptHandle: null,
      }),
    receive: (now, max, visibilitySeconds = model().visibilityTimeoutSeconds) => {
      const received: Message[] = [];
      const { retentionSeconds, redrive } = model();
      for (const message of messages.values()) {
        if (received.length >= max) break;
        if (message.visibleAt > now) continue;
        if (now - message.sentAt >= retentionSeconds * 1_000) {
          drop(message.id);
        } else if (
          redrive !== undefined &&
          message.receiveCount >= redrive.maxReceiveCount &&
          deadLetter(message)
        ) {
          drop(message.id);
        } else {
          received.push({
            ...message,
            visibleAt: now + visibilitySeconds * 1_000,
            receiveCount: message.receiveCount + 1,
            firstReceivedAt: message.firstReceivedAt ?? now,
            receiptHandle: newHandle(message.id),
          });
        }
      }
      return received.map(put);
    },
    remove: (handle) => {
      const message = byHandle(handle);
      if (message !== undefined) drop(message.id);
    },
    changeVisibility: (now, handle, seconds) => {
      const message = byHandle(handle);
      if (message === undefined || message.visibleAt <= now) return false;
      put({ ...message, visibleAt: now + seconds * 1_000 });
      return true;
    },
    adopt: put,
    messages: () => messages.values(),
    counts: (now) => {
      let [visible, inFlight, delayed] = [0, 0, 0];
      for (const message of messages.values()) {
        if (message.visibleAt <= now) visible += 1;
        else if (message.receiptHandle === null) delayed += 1;
        else inFlight += 1;
      }
      return { visible, inFlight, delayed };
    },
    nextVisibleAt: (now) => {
      let next: number | undefined;
      for (const { visibleAt } of messages.values()) {
        if (visibleAt > now && (next === undefined || visibleAt < next)) next = visibleAt;
      }
      return next;
    },
    purge: () => {
      for (const id of [...messages.keys()]) drop(id);
    },
  };
}

/** Whether a handle has the form this service gives out. */
export function isReceiptHandle(handle: string): boolean {
  return /^[0-9a-f-]{36}#[0-9a-f-]{36}$/.test(Buffer.from(handle, "base64").toString("utf8"));
}

function newHandle(id: string): string {
  return Buffer.from(`${id}#${randomUUID()}`).toString("base64");
}

function idOfHandle(handle: string): string {
  return Buffer.from(handle, "base64").toString("utf8").split("#")[0] ?? "";
}
