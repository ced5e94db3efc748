import type { Message } from "../../lambdas/protocol/objects.ts";
import type { AckData } from "../../lambdas/protocol/server-frames.ts";
import type { Person } from "./person.ts";
import { PASSING, type Reply } from "./connection.ts";
import type { Via } from "./history.ts";
import type { Intent, Journal } from "./journal.ts";

/** What a device does for its outbox. */
export interface Sender {
  readonly person: Person;
  readonly around: { readonly journal: Journal };
  readonly known: ReadonlyMap<string, readonly Message[]>;
  readonly isConnected: boolean;
  readonly isStopped: boolean;
  ask(
    action: "send_message",
    fields: Readonly<Record<string, unknown>>,
    answered: (data: AckData["send_message"]) => void,
  ): Promise<Reply<unknown>>;
  judge(action: "send_message", reply: Reply<unknown>): void;
  sync(conversationId: string): Promise<void>;
  lastSeq(conversationId: string): number;
  pause(): Promise<void>;
}

/**
 * Sends until an answer comes, unchanged each time: after an error that may pass, a frame of the gateway's
 * own, silence, or a lost socket.
 */
export async function deliver(device: Sender, intent: Intent, via: Via): Promise<void> {
  const { journal } = device.around;
  while (!device.isStopped) {
    if (via === "socket" && !device.isConnected) {
      if (intent.maxAttempts === 1) return;
      await device.pause();
      continue;
    }
    intent.beganAt ??= journal.tick();
    intent.attempts += 1;
    journal.counts.attempts += 1;
    const reply = await send(device, intent, via);
    if (reply.type === "answer" || intent.attempts >= intent.maxAttempts) return;
    if (reply.type === "refused" && reply.code === "CONFLICT") {
      if (await isStored(device, intent)) return;
      intent.afterSeq = device.lastSeq(intent.conversationId);
    } else if (reply.type === "refused" && !PASSING.has(reply.code)) return;
    await device.pause();
  }
}

async function send(device: Sender, intent: Intent, via: Via): Promise<Reply<unknown>> {
  const { journal } = device.around;
  const { conversationId, content, clientMessageId, afterSeq } = intent;
  const fields = {
    content,
    ...(clientMessageId === null ? {} : { clientMessageId }),
    ...(afterSeq === null ? {} : { afterSeq }),
  };
  const acked = ({ message, duplicate }: AckData["send_message"]): void => {
    const at = journal.tick();
    journal.counts.acked += 1;
    if (duplicate) journal.counts.duplicates += 1;
    intent.acks.push({ at, message, duplicate });
    journal.sights.push({ at, askedAt: null, source: "ack", message });
  };
  if (via === "socket") return device.ask("send_message", { conversationId, ...fields }, acked);
  const path = `/api/conversations/${conversationId}/messages`;
  const reply = await device.person.call<AckData["send_message"]>("POST", path, fields);
  if (reply.type === "answer") acked(reply.data);
  device.judge("send_message", reply);
  return reply;
}

/** After a `CONFLICT` the log tells whether an earlier try was stored. */
async function isStored(device: Sender, intent: Intent): Promise<boolean> {
  await device.sync(intent.conversationId);
  const messages = device.known.get(intent.conversationId) ?? [];
  return messages.some(
    ({ clientMessageId, sender }) =>
      sender.id === intent.senderId && clientMessageId === intent.clientMessageId && clientMessageId !== null,
  );
}
