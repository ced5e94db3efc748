#!/usr/bin/env node
import { relative } from "node:path";
import { bannerFor } from "./banner.ts";
import { startCloud } from "../start/cloud.ts";
import type { Options } from "../start/options.ts";
import { createTerminal } from "../start/terminal.ts";
import { helpFor, parseOptions } from "./options.ts";

/** As npm runs it in the project it lies in, or as an installed package. */
const COMMAND = process.env["npm_lifecycle_event"] === "start" ? "npm start --" : "npx local-cloud";

/** 1: it could not start or go on; 2: it was called wrongly. */
async function main(): Promise<void> {
  // Ctrl-C at `npm start | tee log` ends tee as well: the next line has nobody to read it (EPIPE; of a lost
  // terminal, EIO). The stop must not end half way for that.
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => undefined);
  const outcome = parseOptions(process.argv.slice(2), process.env, process.stdout.isTTY);
  switch (outcome.type) {
    case "help":
      process.stdout.write(helpFor(COMMAND));
      return;
    case "misused":
      process.stderr.write(`${outcome.message}\n`);
      process.exitCode = 2;
      return;
    case "run":
      await run(outcome.options);
  }
}

async function run(options: Options): Promise<void> {
  const { stdout, stderr } = process;
  process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] = "true";
  const terminal = createTerminal({ stdout, stderr, json: options.json, color: options.color });
  const interruption = new AbortController();
  let stop = (): Promise<void> => {
    interruption.abort();
    return Promise.resolve();
  };
  const stopped = onStopSignal(() => stop());

  const { signal } = interruption;
  const start = await startCloud({ ...options, projectFolder: process.cwd(), terminal, signal });
  if (start.type === "failed") {
    if (!signal.aborted) terminal.problem(start.message);
    process.exit(signal.aborted ? INTERRUPTED : 1);
  }
  const { cloud } = start;
  stop = async () => {
    terminal.info("Stopping.");
    await cloud.stop();
  };
  terminal.info(
    bannerFor(cloud, {
      dataFolder: options.ephemeral ? null : readable(options.dataFolder),
      hasSite: options.siteFolder !== undefined,
    }),
  );
  if (options.json) {
    const { httpUrl, wsUrl, managementUrl, databaseUrl } = cloud;
    stdout.write(`${JSON.stringify({ ready: true, httpUrl, wsUrl, managementUrl, databaseUrl })}\n`);
  }
  const failure = await Promise.race([cloud.failed, stopped]);
  if (failure !== undefined) {
    terminal.problem(failure);
    await cloud.stop();
  }
  process.exit(failure === undefined ? 0 : 1);
}

/** Relative where that is shorter. */
const readable = (folder: string): string =>
  folder.startsWith(process.cwd()) ? relative(process.cwd(), folder) || "." : folder;

/** What shells make of a SIGINT. */
const INTERRUPTED = 130;

/** npm passes Ctrl-C on to a process that has it from the terminal already: twice, but one wish. */
const ECHO_MS = 300;

/** The first signal stops in order, the second at once. Resolves when the order is through. */
function onStopSignal(stop: () => Promise<void>): Promise<undefined> {
  return new Promise((resolve, reject) => {
    let first: number | undefined;
    const onSignal = (): void => {
      if (first !== undefined) {
        if (performance.now() - first > ECHO_MS) process.exit(INTERRUPTED);
        return;
      }
      first = performance.now();
      stop().then(() => resolve(undefined), reject);
    };
    process.on("SIGINT", onSignal);
    process.on("SIGTERM", onSignal);
    process.on("SIGHUP", onSignal);
    // Started by a program that holds a channel to it, such as a test: ends with that program.
    process.on("disconnect", onSignal);
    if (process.env["npm_lifecycle_event"] !== undefined) onLossOfParent(onSignal);
  });
}

/** npm killed by SIGKILL passes nothing on; whoever started it does not know of this process. */
function onLossOfParent(act: () => void): void {
  const parent = process.ppid;
  const look = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(look);
    act();
  }, 500);
  look.unref();
}

main().catch((error: unknown) => {
  // A mistake of the local cloud itself: only here is a stack what helps.
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exit(1);
});
