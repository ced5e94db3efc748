import { randomUUID } from "node:crypto";
import { mkdir, mkdtemp, readdir, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { Cast } from "../../test/support/cast.ts";
import type { Device } from "../../test/support/device.ts";
import { startParley, type RunningCloud } from "../../test/support/start-parley.ts";
import {
  allListening,
  commandOf,
  descendantsOf,
  isAlive,
  listeningSockets,
  startedAt,
} from "../measures/processes.ts";

export interface RoundOptions {
  /** SIGKILL to the process of a function, while a request is under way. */
  readonly killFunction: boolean;
  readonly ephemeral: boolean;
}

export interface Round {
  readonly startMs: number;
  readonly stopMs: number;
  readonly processes: number;
  readonly listening: number;
  readonly killed: boolean;
  /** What of it was still there after its end: processes, listening sockets, files. */
  readonly leftBehind: readonly string[];
}

const ASSEMBLIES = join(import.meta.dirname, "../../.local/assemblies");
/** tsx keeps what it has compiled in the folder for temporary files, by design. */
const COMPILED = /^(tsx-|node-compile-cache)/;
/** What a data folder holds when nobody uses it. */
const KEPT = new Set(["assemblies", "data", "work"]);
const GONE_LIMIT_MS = 5_000;
const TRIES = 5;

/** Starts the local cloud in folders of its own, has two people chat, stops it and looks for remains. */
export async function startUseStop({ killFunction, ephemeral }: RoundOptions): Promise<Round> {
  const folder = await mkdtemp(join(tmpdir(), "start-stop-"));
  const [temporary, dataFolder] = [join(folder, "tmp"), join(folder, "data")];
  await Promise.all([mkdir(temporary), mkdir(dataFolder), mkdir(ASSEMBLIES, { recursive: true })]);
  await symlink(ASSEMBLIES, join(dataFolder, "assemblies"));
  try {
    const begun = performance.now();
    const cloud = await startParley({
      ephemeral,
      ...(ephemeral ? {} : { dataFolder }),
      env: { TMPDIR: temporary },
    });
    const startMs = performance.now() - begun;
    const seen = follow(cloud);
    const used = await chat(cloud, killFunction).then(
      (killed) => ({ killed }),
      (error: unknown) => ({ error }),
    );
    const { processes, listening } = seen.stop();
    const stopping = performance.now();
    const exitCode = await cloud.stop();
    const stopMs = performance.now() - stopping;
    if ("error" in used) throw used.error;
    const leftBehind = [
      ...(exitCode === 0 ? [] : [`it ended with ${exitCode ?? "a signal"}`]),
      ...(await remainsOf(processes, listening)),
      ...(await readdir(temporary)).filter((name) => !COMPILED.test(name)).map((name) => `file ${name}`),
      ...(await readdir(dataFolder)).filter((name) => !KEPT.has(name)).map((name) => `file data/${name}`),
    ];
    const figures = { processes: processes.size, listening: listening.size, killed: used.killed };
    return { startMs, stopMs, ...figures, leftBehind };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Two people meet and talk; tells whether a function's process was killed on the way. */
async function chat(cloud: RunningCloud, killFunction: boolean): Promise<boolean> {
  const { alice, bob, conversationId } = await new Cast(cloud).pair();
  const [one, other] = await Promise.all([alice.connect(), bob.connect()]);
  await say(one, conversationId);
  const killed = killFunction && killFunctions(cloud, one, conversationId);
  await say(other, conversationId);
  return killed;
}

/** As clients do: the same message again until it is acked. */
async function say(client: Device, conversationId: string): Promise<void> {
  const id = randomUUID();
  const clientMessageId = id;
  for (let tries = 0; tries < TRIES; tries += 1) {
    client.send({ action: "send_message", id, conversationId, clientMessageId, content: "Hello" });
    // The gateway's own refusal has no type: a process that had just been killed was given the frame.
    const answer = await client.next((frame) => !("type" in frame) || ("id" in frame && frame.id === id));
    if ("type" in answer && answer.type === "ack") return;
  }
  throw new Error(`No send was acked in ${TRIES} tries.`);
}

/** Kills every function's process with a request under way. */
function killFunctions(cloud: RunningCloud, client: Device, conversationId: string): boolean {
  const functions = descendantsOf(cloud.pid).filter(isFunction);
  client.send({ action: "sync", conversationId, afterSeq: 0 });
  for (const pid of functions) process.kill(pid, "SIGKILL");
  return functions.length > 0;
}

/** Of the program itself, not of the shell that guards it. */
const isFunction = (pid: number): boolean => {
  const [program = "", ...args] = commandOf(pid);
  return program.includes("node") && args.some((arg) => arg.endsWith("/bootstrap.mjs"));
};

interface Seen {
  /** When each was started, by its id. */
  readonly processes: ReadonlyMap<number, string>;
  /** Inodes. */
  readonly listening: ReadonlySet<string>;
}

/** Notes every process and listening socket that belongs to the cloud at some time. */
function follow({ pid }: RunningCloud): { stop(): Seen } {
  const processes = new Map<number, string>();
  const listening = new Set<string>();
  const look = (): void => {
    const now = [pid, ...descendantsOf(pid)];
    for (const one of now) processes.set(one, startedAt(one));
    for (const inode of listeningSockets(now)) listening.add(inode);
  };
  look();
  const timer = setInterval(look, 100);
  return {
    stop: () => {
      clearInterval(timer);
      look();
      return { processes, listening };
    },
  };
}

/** A killed process needs a moment to go. */
async function remainsOf(
  processes: ReadonlyMap<number, string>,
  listening: ReadonlySet<string>,
): Promise<string[]> {
  const deadline = Date.now() + GONE_LIMIT_MS;
  for (;;) {
    const open = allListening();
    const remains = [
      ...[...processes]
        .filter(([pid, start]) => isAlive(pid) && startedAt(pid) === start)
        .map(([pid]) => `process ${pid}: ${commandOf(pid).join(" ").slice(0, 120)}`),
      ...[...listening].filter((inode) => open.has(inode)).map((inode) => `listening socket ${inode}`),
    ];
    if (remains.length === 0 || Date.now() > deadline) return remains;
    await delay(20);
  }
}
