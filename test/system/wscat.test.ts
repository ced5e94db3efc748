import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { expect } from "vitest";
import type { ServerFrame } from "../../lambdas/protocol/server-frames.ts";
import { FrameQueue } from "../support/frame-queue.ts";
import type { Person } from "../support/person.ts";
import { test } from "./chat-test.ts";

const WSCAT = join(dirname(createRequire(import.meta.url).resolve("wscat/package.json")), "bin/wscat");

/** wscat without a terminal: frames in on its standard input, frames out on its standard output. */
class Wscat {
  readonly frames = new FrameQueue();
  readonly process: ChildProcess;
  #errors = "";

  constructor(wsUrl: string, args: readonly string[]) {
    this.process = spawn(process.execPath, [WSCAT, "-c", wsUrl, ...args], {
      stdio: ["pipe", "pipe", "pipe"],
    });
    let rest = "";
    this.process.stdout!.setEncoding("utf8").on("data", (chunk: string) => {
      const lines = (rest + chunk).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) {
        // A prompt may stand before the frame.
        const frame = line.replace(/^(> )*/, "");
        if (frame.startsWith("{")) this.frames.push(JSON.parse(frame) as ServerFrame);
      }
    });
    this.process.stderr!.setEncoding("utf8").on("data", (chunk: string) => (this.#errors += chunk));
  }

  static of({ cloud, token }: Person, args: readonly string[] = []): Wscat {
    return new Wscat(cloud.wsUrl, ["-H", `Authorization: Bearer ${token}`, ...args]);
  }

  async stop(): Promise<void> {
    if (this.process.exitCode !== null || this.process.signalCode !== null) return;
    this.process.kill();
    await once(this.process, "exit");
  }

  /** What it complained of until it ended by itself. */
  async complaint(): Promise<string> {
    await once(this.process, "close");
    return this.#errors;
  }
}

test("two wscats chat with each other", async ({ cast, onTestFinished }) => {
  const { alice, bob, conversationId } = await cast.pair();
  const join = JSON.stringify({ action: "join_conversation", id: "join", conversationId });
  const hold = ["-w", "60"];
  const one = Wscat.of(alice, ["-x", join, ...hold]);
  const other = Wscat.of(bob, ["-x", join, ...hold]);
  onTestFinished(() => one.stop());
  onTestFinished(() => other.stop());
  for (const { frames } of [one, other]) {
    expect(await frames.next("ack", 15_000)).toMatchObject({ id: "join", data: { conversationId } });
  }
  const say = (content: string) =>
    JSON.stringify({ action: "send_message", id: content, conversationId, content });
  const third = Wscat.of(alice, ["-x", say("hello bob"), ...hold]);
  onTestFinished(() => third.stop());
  const heard = { message: { seq: 1, content: "hello bob", sender: { id: alice.id } } };
  expect(await third.frames.next("ack", 15_000)).toMatchObject({ id: "hello bob", data: heard });
  expect(await one.frames.next("new_message", 15_000)).toMatchObject(heard);
  expect(await other.frames.next("new_message", 15_000)).toMatchObject(heard);
});

test("wscat sends what is typed", async ({ cast, onTestFinished }) => {
  const { alice, bob, conversationId } = await cast.pair();
  const watcher = await bob.connect();
  await watcher.ask("join_conversation", { conversationId });
  const typed = Wscat.of(alice);
  onTestFinished(() => typed.stop());
  // It heeds its input only once it is open: as soon as it prints what bob says.
  await watcher.next("user_online", 15_000);
  await watcher.ask("send_message", { conversationId, content: "are you there?" });
  await typed.frames.next("conversation_updated", 15_000);
  const frame = { action: "send_message", id: "1", conversationId, content: "typed by hand" };
  typed.process.stdin!.write(`${JSON.stringify(frame)}\n`);
  expect(await typed.frames.next("ack", 15_000)).toMatchObject({ id: "1" });
  expect(await watcher.next("new_message")).toMatchObject({ message: { content: "typed by hand" } });
});

test("wscat with a subprotocol and without a token", async ({ cast, onTestFinished }) => {
  const alice = await cast.user("alice");
  const browserlike = new Wscat(cast.cloud.wsUrl, [
    ...["-s", "chat.v1", "-s", alice.token],
    ...["-x", `{"action":"ping"}`, "-w", "60"],
  ]);
  onTestFinished(() => browserlike.stop());
  expect(await browserlike.frames.next("pong", 15_000)).toEqual({ type: "pong" });

  const nobody = new Wscat(cast.cloud.wsUrl, []);
  onTestFinished(() => nobody.stop());
  expect(await nobody.complaint()).toContain("Unexpected server response: 401");
});
