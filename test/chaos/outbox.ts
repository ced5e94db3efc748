import type { Message, Sent } from "../../lambdas/protocol/objects.ts";
import { PASSING, type Reply } from "./reply.ts";
import type { Device } from "./device.ts";
import type { Via } from "./history.ts";
import type { Intent, Journal } from "./journal.ts";
import { aboutOf, acked, judge, tried } from "./observed-socket.ts";
import type { Person } from "./person.ts";

/** What a device does for its outbox. */
export interface Sender extends Pick<Device, "name" | "isConnected" | "known" | "sync"> {
  readonly person: Person;
  readonly around: { readonly journal: Journal };
  readonly isStopped: boolean;
  ask(action: "send_message", fields: Readonly<Record<string, unknown>>): Promise<Reply<unknown>>;
  pause(): Promise<void>;
}

/**
 * Sends until an answer comes, unchanged each time: after an error that may pass, a frame of the gateway's
 * own, silence, or a lost socket.
 */
export async function deliver(device: Sender, intent: Intent, via: Via): Promise<void> {
  const { conversationId } = intent;
  while (!device.isStopped) {
    if (via === "socket" && !device.isConnected) {
      if (intent.maxAttempts === 1) return;
      await device.pause();
      continue;
    }
    const reply =
      via === "socket"
        ? await device.ask("send_message", { conversationId, ...fieldsOf(intent) })
        : await sendOverHttp(device, intent);
    if (reply.type === "answer" || intent.attempts >= intent.maxAttempts) return;
    if (reply.type === "refused" && reply.code === "CONFLICT") {
      if ((await isStored(device, intent)) || intent.replyToSeq !== null) return;
      intent.afterSeq = device.known(conversationId).at(-1)?.seq ?? 0;
    } else if (reply.type === "refused" && !PASSING.has(reply.code)) return;
    await device.pause();
  }
}

/** One try. */
export async function sendOverHttp(
  { name, person, around: { journal } }: Pick<Sender, "name" | "person" | "around">,
  intent: Intent,
): Promise<Reply<Sent>> {
  const fields = fieldsOf(intent);
  const askedAt = journal.tick();
  tried(journal, intent, intent.afterSeq);
  const reply = await person.call<Sent>(
    "POST",
    `/api/conversations/${intent.conversationId}/messages`,
    fields,
  );
  const observer = { name, journal, userId: person.id };
  if (reply.type === "answer") acked(observer, intent, reply.data);
  if (reply.type === "refused")
    judge(observer, { action: "send_message", intent, askedAt, ...aboutOf(intent) }, reply);
  return reply;
}

const fieldsOf = ({ content, clientMessageId, afterSeq, mentions, replyToSeq }: Intent) => ({
  content,
  ...(mentions.length === 0 ? {} : { mentions }),
  ...(replyToSeq === null ? {} : { replyToSeq }),
  ...(clientMessageId === null ? {} : { clientMessageId }),
  ...(afterSeq === null ? {} : { afterSeq }),
});

/** After a `CONFLICT` the log tells whether an earlier try was stored. */
async function isStored(
  device: Sender,
  { senderId, conversationId, clientMessageId }: Intent,
): Promise<boolean> {
  await device.sync(conversationId);
  const isOurs = (message: Message): boolean =>
    message.sender.id === senderId && message.clientMessageId === clientMessageId && clientMessageId !== null;
  return device.known(conversationId).some(isOurs);
}
