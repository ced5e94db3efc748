import { startChat } from "./chat.ts";
import type { Chat } from "./chat.ts";
import { helpFor, parseOptions } from "./options.ts";
import type { Options } from "./options.ts";
import { runPlain } from "./plain.ts";
import { runSession } from "./session.ts";
import { TokenFailure } from "./tokens.ts";

/** As npm runs it in the repository, or as an installed package. */
const COMMAND = process.env["npm_lifecycle_event"] === "chat" ? "npm run chat --" : "parley-chat";

const say = (sentence: string): void => void process.stderr.write(`${sentence}\n`);

/** 1: it could not begin, or something was refused; 2: it was called wrongly. */
async function main(): Promise<number> {
  // `parley-chat --plain … | head -1` ends the reader: the next line has nobody to read it (EPIPE).
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => undefined);
  const outcome = parseOptions(process.argv.slice(2), process.env);
  switch (outcome.type) {
    case "help":
      process.stdout.write(helpFor(COMMAND));
      return 0;
    case "misused":
      say(outcome.message);
      return 2;
    case "run":
      return run(outcome.options);
  }
}

async function run(options: Options): Promise<number> {
  const stop = new AbortController();
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(name, () => stop.abort());
  let chat: Chat;
  try {
    chat = await startChat(options, say, stop.signal);
  } catch (cause) {
    if (!(cause instanceof TokenFailure)) throw cause;
    say(cause.message);
    return 1;
  }
  const { stdin: input, stdout: output, stderr: notices } = process;
  const code = options.plain
    ? await runPlain(chat, options, { input, output, notices }, stop.signal)
    : await runSession(chat, options, { input, output }, stop.signal);
  await chat.close();
  return code;
}

process.exit(await main());
