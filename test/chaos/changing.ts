import { ChatError, type ChatClient } from "../../client/index.ts";
import { setTimeout as pause } from "node:timers/promises";
import type { ChangedMessage, Message } from "../../lambdas/protocol/objects.ts";
import { PASSING, type Reply } from "./reply.ts";
import type { Device, Surroundings } from "./device.ts";
import { contentOf, type ChangeStyle, type Via } from "./history.ts";
import type { ChangeIntent, Journal, WantedChange } from "./journal.ts";
import { judge } from "./observed-socket.ts";
import type { Person } from "./person.ts";

const EMOJIS = ["\u{1F44D}", "\u2764\uFE0F", "\u{1F469}\u200D\u{1F680}"] as const;
/** Of the first edit: no message that is sent says the same. */
const FIRST_EDIT = 1_000_000;

/** What a device does for somebody who changes messages. */
export interface Changer extends Pick<Device, "name" | "isConnected"> {
  readonly person: Person;
  readonly around: Pick<Surroundings, "journal" | "random">;
  readonly isStopped: boolean;
  /** Missing: it changes over HTTP alone. */
  ask?(
    action: "edit_message" | "delete_message" | "react",
    fields: Readonly<Record<string, unknown>>,
  ): Promise<Reply<ChangedMessage>>;
}

/**
 * The messages anybody has seen whole, each as it was last seen, in their order: the two may tell each other what
 * to change.
 */
function seenIn({ sights }: Journal, conversationId: string): readonly Message[] {
  const seen = new Map<number, Message>();
  for (const { message } of sights) {
    if (message.conversationId !== conversationId || ("truncated" in message && message.truncated)) continue;
    const known = seen.get(message.seq);
    if (!known || message.rev > known.rev) seen.set(message.seq, message);
  }
  return [...seen.values()].sort((a, b) => a.seq - b.seq);
}

/** Wants a message changed that has been seen; null where there is none that may be changed so. */
export function intendChange(
  journal: Journal,
  device: Device,
  conversationId: string,
  style: ChangeStyle,
): ChangeIntent | null {
  const isOthersToo = journal.groups.has(conversationId) && !style.on;
  const isOwn = style.what === "edit" || (style.what === "delete" && !isOthersToo);
  const choices = seenIn(journal, conversationId).filter(
    ({ sender, type }) => type === "text" && (!isOwn || sender.id === device.person.id),
  );
  const message = choices.at(-1 - (style.of % Math.max(1, choices.length)));
  if (!message) return null;
  const intent: ChangeIntent = {
    userId: device.person.id,
    conversationId,
    seq: message.seq,
    change: wantedOf(style, message, FIRST_EDIT + journal.changes.length),
    maxAttempts: style.givesUp ? 1 : Infinity,
    attempts: 0,
    acks: [],
    isMade: false,
    refusals: [],
  };
  journal.changes.push(intent);
  return intent;
}

function wantedOf(style: ChangeStyle, { rev }: Message, number: number): WantedChange {
  const { what, on } = style;
  switch (what) {
    case "edit":
      return { type: what, content: contentOf(style.content, number), ifRev: style.withIfRev ? rev : null };
    case "delete":
      return { type: what };
    case "react":
      return { type: what, emoji: EMOJIS[style.emoji]!, on };
    case "pin":
      return { type: what, on };
  }
}

/**
 * Asks for it until an answer comes, unchanged each time: after an error that may pass, a frame of the gateway's
 * own, silence, or a lost socket.
 */
export async function makeChange(device: Changer, intent: ChangeIntent, via: Via): Promise<void> {
  const { journal } = device.around;
  while (!device.isStopped) {
    if (via === "socket" && device.ask && !device.isConnected) {
      if (intent.maxAttempts === 1) return;
      await pauseBetween(device);
      continue;
    }
    const reply = await changeOnce(device, intent, via);
    if (reply.type === "answer") return;
    if (reply.type === "refused" && !PASSING.has(reply.code)) {
      intent.refusals.push(reply.code);
      journal.counts.changesRefused += 1;
      return;
    }
    if (intent.attempts >= intent.maxAttempts) return;
    await pauseBetween(device);
  }
}

const pauseBetween = ({ around }: Changer): Promise<void> => pause(20 + 80 * around.random());

async function changeOnce(device: Changer, intent: ChangeIntent, via: Via): Promise<Reply<ChangedMessage>> {
  const { conversationId, seq, change } = intent;
  const target = { conversationId, seq };
  intent.attempts += 1;
  device.around.journal.counts.changeAttempts += 1;
  const overSocket = (): Promise<Reply<ChangedMessage>> | undefined => {
    switch (change.type) {
      case "edit":
        return device.ask?.("edit_message", { ...target, ...saidOf(change) });
      case "delete":
        return device.ask?.("delete_message", target);
      case "react":
        return device.ask?.("react", { ...target, emoji: change.emoji, on: change.on });
      case "pin":
        // There is no such action.
        return undefined;
    }
  };
  const reply = await ((via === "socket" ? overSocket() : undefined) ?? changeOverHttp(device, intent));
  if (reply.type === "answer") acked(device.around.journal, intent, reply.data.message);
  return reply;
}

/** One try. */
async function changeOverHttp(
  { name, person, around: { journal } }: Pick<Changer, "name" | "person" | "around">,
  { conversationId, seq, change }: ChangeIntent,
): Promise<Reply<ChangedMessage>> {
  const path = `/api/conversations/${conversationId}/messages/${seq}`;
  const ask = (): Promise<Reply<ChangedMessage>> => {
    switch (change.type) {
      case "edit":
        return person.call("PATCH", path, saidOf(change));
      case "delete":
        return person.call("DELETE", path);
      case "react":
        return person.call(
          change.on ? "PUT" : "DELETE",
          `${path}/reactions?emoji=${encodeURIComponent(change.emoji)}`,
        );
      case "pin":
        return person.call(change.on ? "PUT" : "DELETE", `${path}/pin`);
    }
  };
  const askedAt = journal.tick();
  const reply = await ask();
  if (reply.type === "refused") {
    const question = { action: change.type, conversationId, askedAt, about: { seq } };
    judge({ name, journal, userId: person.id }, question, reply);
  }
  return reply;
}

/**
 * Asks the client that users have, which keeps it and tries as often as it takes. Resolves when it is made, refused,
 * or replaced by a later one; where the client crashes, it never does.
 */
export async function changeByClient(
  client: ChatClient,
  journal: Journal,
  intent: ChangeIntent,
): Promise<void> {
  const { seq, change } = intent;
  const conversation = client.conversation(intent.conversationId);
  const make = (): Promise<void> => {
    switch (change.type) {
      case "edit":
        return conversation.edit(seq, saidOf(change));
      case "delete":
        return conversation.delete(seq);
      case "react":
        return conversation.react(seq, change.emoji, change.on);
      case "pin":
        return conversation.pin(seq, change.on);
    }
  };
  journal.counts.changeAttempts += 1;
  intent.attempts = Infinity;
  try {
    await make();
    intent.isMade = true;
    journal.counts.changesAcked += 1;
  } catch (error) {
    if (!(error instanceof ChatError) || error.retryable) return;
    intent.refusals.push(error.code);
    journal.counts.changesRefused += 1;
  }
}

const saidOf = ({ content, ifRev }: Extract<WantedChange, { type: "edit" }>) => ({
  content,
  ...(ifRev === null ? {} : { ifRev }),
});

function acked(journal: Journal, intent: ChangeIntent, message: Message): void {
  const at = journal.tick();
  journal.counts.changesAcked += 1;
  intent.acks.push({ at, message });
  journal.saw({ to: intent.userId, at, askedAt: null, source: "ack", message });
}
