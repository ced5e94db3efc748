import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { startParley } from "../support/start-parley.ts";

const ROOT = join(import.meta.dirname, "../..");
const HEADING = "## A chat between alice and bob";
/** Several `npx` at once on a busy machine. */
/** The commands of the README's session, a block at a time, as somebody would paste them. */
async function commandBlocks(): Promise<string[]> {
  const readme = await readFile(join(ROOT, "README.md"), "utf8");
  const [, after = ""] = readme.split(`\n${HEADING}\n`);
  const [section = ""] = after.split(/\n## /);
  return [...section.matchAll(/^```bash\n(.*?)^```$/gms)].map(([, block]) => block!);
}

/** A shell into which blocks are pasted. */
class Terminal {
  readonly #shell: ChildProcess;
  output = "";
  errors = "";
  #pasted = 0;

  constructor() {
    // A process group of its own: what the session leaves in the background ends with it.
    this.#shell = spawn("bash", [], { cwd: ROOT, detached: true, stdio: ["pipe", "pipe", "pipe"] });
    this.#shell.stdout!.setEncoding("utf8").on("data", (chunk: string) => (this.output += chunk));
    this.#shell.stderr!.setEncoding("utf8").on("data", (chunk: string) => (this.errors += chunk));
  }

  /**
   * Reads the whole block before it runs any, as a terminal with bracketed paste does, with nothing more to
   * read, as in a script; waits for its end.
   */
  async paste(block: string): Promise<void> {
    const end = `--- end of block ${++this.#pasted} ---`;
    this.#shell.stdin!.write(`eval "$(cat <<'PASTED'\n${block}\necho '${end}'\nPASTED\n)" </dev/null\n`);
    await expect.poll(() => `${this.output}\n${this.errors}`).toContain(end);
  }

  lines(...parts: string[]): string[] {
    return this.output.split("\n").filter((line) => parts.every((part) => line.includes(part)));
  }

  async close(): Promise<void> {
    process.kill(-this.#shell.pid!, "SIGKILL");
    if (this.#shell.exitCode === null && this.#shell.signalCode === null) await once(this.#shell, "exit");
  }
}

test("the README's chat session works as it stands", async ({ onTestFinished }) => {
  const cloud = await startParley();
  const terminal = new Terminal();
  onTestFinished(async () => {
    await terminal.close();
    await cloud.stop();
  });
  const blocks = await commandBlocks();
  expect(blocks.length).toBeGreaterThanOrEqual(4);
  expect(blocks[0]).toContain("127.0.0.1:3000");

  for (const block of blocks) {
    // The one liberty taken: a port that is surely free.
    await terminal.paste(block.replaceAll("127.0.0.1:3000", new URL(cloud.httpUrl).host));
    if (!block.includes("listen bob")) continue;
    for (const who of ["alice", "bob"]) {
      await expect.poll(() => terminal.lines(`${who} sees: `, `"join_conversation"`)).toHaveLength(1);
    }
  }

  // What it promises: both listeners hear both messages, with their senders, in the same order.
  for (const who of ["alice", "bob"]) {
    const heard = () =>
      terminal
        .lines(`${who} sees: `, `"new_message"`)
        .map((line) => /"seq":(\d+).*"displayName":"([^"]+)".*"content":"([^"]+)"/.exec(line)?.slice(1));
    await expect.poll(heard).toEqual([
      ["1", "Alice Liddell", "Hello Bob!"],
      ["2", "Bob Dodgson", "Hello Alice!"],
    ]);
  }
  // History and list agree with what was seen.
  expect(terminal.lines(`{"messages":[`, "Hello Bob!", "Hello Alice!")).toHaveLength(1);
  expect(terminal.lines(`{"conversations":[{`, "Hello Alice!", `"unreadCount":0`)).toHaveLength(1);
  expect(terminal.output).not.toMatch(/"code":"[A-Z_]+"/);
  expect(terminal.errors.split("\n").filter((line) => line !== "" && !line.startsWith("npm warn"))).toEqual(
    [],
  );
});
