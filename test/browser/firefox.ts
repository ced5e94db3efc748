import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { WebSocket } from "ws";

/**
 * A stock Firefox by WebDriver BiDi (https://w3c.github.io/webdriver-bidi), which it speaks by itself. Playwright's
 * way to it asks for commands that the extended support release does not have yet.
 */
export interface Firefox {
  /** As another browser would be: with cookies and storage of its own. */
  person(): Promise<FirefoxPerson>;
  stop(): Promise<void>;
}

export interface FirefoxPerson {
  tab(url: string): Promise<FirefoxTab>;
  setOffline(isOffline: boolean): Promise<void>;
}

export interface FirefoxTab {
  /** Evaluates in the page, awaits what comes, and answers what JSON makes of it. */
  evaluate<T = unknown>(expression: string): Promise<T>;
  /** By keys, into what has the focus. */
  type(text: string): Promise<void>;
  reload(): Promise<void>;
  close(): Promise<void>;
}

/** The key in WebDriver's private codes (https://www.w3.org/TR/webdriver2/#keyboard-actions). */
export const ENTER = "\uE007";

type Send = (method: string, params: object) => Promise<Record<string, unknown>>;

export async function startFirefox(path: string): Promise<Firefox> {
  const profile = await mkdtemp(join(tmpdir(), "firefox-"));
  const child = spawn(
    path,
    ["--headless", "--no-remote", "--new-instance", "--remote-debugging-port=0", "--profile", profile],
    { stdio: ["ignore", "ignore", "pipe"], env: { ...process.env, HOME: profile } },
  );
  const exited = once(child, "exit");
  const socket = new WebSocket(`${await addressOf(child, exited)}/session`);
  await once(socket, "open");
  const send = commandsOver(socket);
  await send("session.new", { capabilities: {} });
  return {
    async person() {
      const { userContext } = await send("browser.createUserContext", {});
      return {
        tab: async (url) => {
          const { context } = await send("browsingContext.create", { type: "tab", userContext });
          await send("browsingContext.navigate", { context, url, wait: "complete" });
          return tabOf(send, String(context));
        },
        setOffline: async (isOffline) => {
          const networkConditions = isOffline ? { type: "offline" } : null;
          await send("emulation.setNetworkConditions", { networkConditions, userContexts: [userContext] });
        },
      };
    },
    async stop() {
      socket.close();
      child.kill("SIGTERM");
      await exited;
      await rm(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    },
  };
}

function tabOf(send: Send, context: string): FirefoxTab {
  return {
    async evaluate<T>(expression: string) {
      const { type, result, exceptionDetails } = await send("script.evaluate", {
        expression: `Promise.resolve(${expression}).then((value) => JSON.stringify(value ?? null))`,
        target: { context },
        awaitPromise: true,
      });
      if (type !== "success") throw new Error(`${expression}: ${JSON.stringify(exceptionDetails)}`);
      return JSON.parse((result as { readonly value: string }).value) as T;
    },
    async type(text) {
      await send("browsingContext.activate", { context });
      const actions = [...text].flatMap((value) => ["keyDown", "keyUp"].map((type) => ({ type, value })));
      await send("input.performActions", { context, actions: [{ type: "key", id: "keys", actions }] });
    },
    reload: async () => void (await send("browsingContext.reload", { context, wait: "complete" })),
    close: async () => void (await send("browsingContext.close", { context })),
  };
}

function commandsOver(socket: WebSocket): Send {
  const waiting = new Map<number, (answer: Record<string, unknown>) => void>();
  let last = 0;
  socket.on("message", (data: Buffer) => {
    const answer = JSON.parse(data.toString()) as Record<string, unknown>;
    waiting.get(Number(answer["id"]))?.(answer);
    waiting.delete(Number(answer["id"]));
  });
  socket.on("close", () => {
    for (const answer of waiting.values()) answer({ type: "error", message: "Firefox has gone." });
  });
  return async (method, params) => {
    const id = (last += 1);
    const answered = new Promise<Record<string, unknown>>((resolve) => waiting.set(id, resolve));
    socket.send(JSON.stringify({ id, method, params }));
    const answer = await answered;
    if (answer["type"] === "error") throw new Error(`${method}: ${String(answer["message"])}`);
    return answer["result"] as Record<string, unknown>;
  };
}

async function addressOf(child: ChildProcess, exited: Promise<unknown>): Promise<string> {
  const lines: string[] = [];
  const told = new Promise<string>((resolve) => {
    createInterface({ input: child.stderr! }).on("line", (line) => {
      lines.push(line);
      const [, address] = /WebDriver BiDi listening on (ws:\S+)/.exec(line) ?? [];
      if (address !== undefined) resolve(address);
    });
  });
  const address = await Promise.race([told, exited.then(() => null)]);
  if (address === null) throw new Error(`Firefox did not start:\n${lines.join("\n")}`);
  return address;
}
