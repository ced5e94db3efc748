import { execFile } from "node:child_process";
import { appendFileSync, existsSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { parseArgs, promisify } from "node:util";

const USAGE = `npm run export -- --user <id> --http-url <url> --token-command '<command>' [--out <file>]

Writes everything that is held about one user into a file of JSON lines, one by one as docs/data-duties.md lists them.
The command prints a token with the admin scope; it is run again where a token has expired. What stopped midway goes
on when it is called again: beside the file, <file>.cursor says where.
`;

const WRONG = 2;
const TRIES = 5;

interface Progress {
  readonly cursor: string;
  /** How much of the file belongs to the pages before: a page that was written in part is written anew. */
  readonly bytes: number;
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      user: { type: "string" },
      "http-url": { type: "string" },
      "token-command": { type: "string" },
      out: { type: "string" },
      help: { type: "boolean" },
    },
  });
  const { user, "http-url": httpUrl, "token-command": command } = values;
  if (values.help === true || !user || !httpUrl || !command) {
    process.stderr.write(USAGE);
    return values.help === true ? 0 : WRONG;
  }
  const out = values.out ?? `export-${encodeURIComponent(user)}.jsonl`;
  let progress = resume(out);
  let token = await askForToken(command);
  for (let tries = 1; ;) {
    const url = new URL("/api/admin/users/export", httpUrl);
    url.searchParams.set("userId", user);
    url.searchParams.set("cursor", progress.cursor);
    const answer = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
    const text = await answer.text();
    if (answer.status !== 200) {
      const passes = answer.status === 401 || answer.status === 429 || answer.status >= 500;
      if (!passes || tries === TRIES) {
        process.stderr.write(`The server answered ${answer.status}: ${text}\n`);
        return 1;
      }
      tries += 1;
      token = await askForToken(command);
      continue;
    }
    tries = 1;
    const end = text.lastIndexOf("\n", text.length - 2) + 1;
    const { nextCursor } = JSON.parse(text.slice(end)) as { readonly nextCursor: string | null };
    appendFileSync(out, text.slice(0, end));
    if (nextCursor === null) break;
    progress = { cursor: nextCursor, bytes: progress.bytes + Buffer.byteLength(text.slice(0, end)) };
    writeFileSync(cursorFileOf(out), JSON.stringify(progress));
  }
  rmSync(cursorFileOf(out), { force: true });
  process.stdout.write(`${out}: ${readFileSync(out, "utf8").split("\n").length - 1} lines\n`);
  return 0;
}

const cursorFileOf = (out: string): string => `${out}.cursor`;

/** Where an export into this file had come to; otherwise it begins, with an empty file. */
function resume(out: string): Progress {
  if (!existsSync(cursorFileOf(out)) || !existsSync(out)) {
    writeFileSync(out, "");
    return { cursor: "", bytes: 0 };
  }
  const progress = JSON.parse(readFileSync(cursorFileOf(out), "utf8")) as Progress;
  truncateSync(out, progress.bytes);
  return progress;
}

async function askForToken(command: string): Promise<string> {
  const { stdout } = await promisify(execFile)("/bin/sh", ["-c", command], { timeout: 20_000 });
  return stdout.trim();
}

process.exitCode = await main();
