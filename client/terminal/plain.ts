import { createInterface } from "node:readline";
import type { ChatClient, ChatMessage, ConversationHandle } from "../index.ts";
import type { Chat } from "./chat.ts";
import { findConversation } from "./find-conversation.ts";
import { MessageChanges } from "./message-changes.ts";
import type { Options } from "./options.ts";
import { oneLine, plainLine } from "./text.ts";
import { Transcript } from "./transcript.ts";

/** What pipes are: messages to `output`, everything else to `notices`. */
export interface Pipes {
  readonly input: NodeJS.ReadableStream;
  readonly output: NodeJS.WritableStream;
  readonly notices: NodeJS.WritableStream;
}

const RETRY_MS = 1_000;

/** Resolves with the exit code: 1 if a message was refused, or the conversation. */
export async function runPlain(
  chat: Chat,
  options: Options,
  pipes: Pipes,
  signal: AbortSignal,
): Promise<number> {
  const say = (sentence: string): void => void pipes.notices.write(`${sentence}\n`);
  const conversation = await waitForConversation(chat, options.withUser ?? "", say, signal);
  if (typeof conversation === "string") {
    say(conversation);
    return 1;
  }
  if (!conversation) return 0;
  const close = conversation.open();
  const outbox = watchOutbox(chat.client, conversation, say);
  const { readSeq, lastSeq } = conversation.details.get();
  const after = options.history > 0 ? Math.min(readSeq, Math.max(0, lastSeq - options.history)) : readSeq;
  const stop = new Transcript(conversation, after, (message) => {
    pipes.output.write(`${plainLine(message)}\n`);
    conversation.markRead(message.seq).catch(() => undefined);
    outbox.told(message.key);
  }).start();

  const stopChanges = new MessageChanges(conversation, (line) => pipes.output.write(`${line}\n`)).start();

  const lines = createInterface({ input: pipes.input, signal, crlfDelay: Infinity });
  lines.on("line", (line) => {
    if (line !== "") outbox.sent(conversation.send({ content: line }).key);
  });
  await new Promise<void>((resolve) => lines.once("close", resolve));
  if (options.follow) await aborted(signal);
  await Promise.race([outbox.empty(), aborted(signal)]);
  stopChanges();
  stop();
  close();
  const left = outbox.waiting();
  if (left > 0 && options.dataFolder !== null) say(`${left} not sent yet: kept, and sent at the next start.`);
  return outbox.refused() > 0 ? 1 : 0;
}

/** A sentence where there can be none; null if it was stopped before. */
async function waitForConversation(
  chat: Chat,
  userId: string,
  say: (sentence: string) => void,
  signal: AbortSignal,
): Promise<ConversationHandle | string | null> {
  let told = false;
  while (!signal.aborted) {
    const found = await findConversation(chat.client, userId);
    if (found.type === "found") return found.conversation;
    if (found.type === "refused") return found.message;
    if (!told) say(`The server cannot be reached: waiting. ${chat.tokenFailure() ?? ""}`.trim());
    told = true;
    await Promise.race([new Promise((resolve) => setTimeout(resolve, RETRY_MS)), aborted(signal)]);
  }
  return null;
}

/** Tells what becomes of one's own messages: that one waits because the network is down, that one was refused. */
function watchOutbox(client: ChatClient, conversation: ConversationHandle, say: (sentence: string) => void) {
  const told = new Map<string, ChatMessage["state"]>();
  let waiting: readonly ChatMessage[] = [];
  // Sent is not yet printed: before it, what came from others meanwhile is loaded.
  const untold = new Set<string>();
  let settled = (): void => undefined;
  const look = (): void => {
    const own = conversation.messages.get().items.filter(({ state }) => state !== "sent");
    waiting = own.filter(({ state }) => state === "pending");
    for (const { key, state, content, error } of own) {
      if (told.get(key) === state) continue;
      if (state === "pending" && client.connection.get().state === "online") continue;
      told.set(key, state);
      if (state === "failed") untold.delete(key);
      const text = oneLine(content);
      say(state === "failed" ? `failed\t${text}\t${oneLine(error?.message ?? "")}` : `pending\t${text}`);
    }
    if (waiting.length === 0 && untold.size === 0) settled();
  };
  conversation.messages.subscribe(look);
  client.connection.subscribe(look);
  look();
  return {
    sent: (key: string): void => {
      untold.add(key);
      look();
    },
    told: (key: string): void => {
      untold.delete(key);
      look();
    },
    waiting: () => waiting.length,
    refused: () => [...told.values()].filter((state) => state === "failed").length,
    empty: () =>
      new Promise<void>((resolve) => {
        settled = resolve;
        look();
      }),
  };
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
