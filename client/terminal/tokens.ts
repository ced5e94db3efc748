import { spawn } from "node:child_process";
import type { Options } from "./options.ts";
import { oneLine } from "./text.ts";

/** Why there is no token, in a sentence for whoever runs the program. */
export class TokenFailure extends Error {
  override readonly name = "TokenFailure";
  /** Whether it may be there later: the network is down, or the server is. */
  readonly passes: boolean;

  constructor(message: string, options: { readonly passes: boolean; readonly cause?: unknown }) {
    super(message, { cause: options.cause });
    this.passes = options.passes;
  }
}

/** How long a token may take: the client waits no longer. */
const LIMIT_MS = 20_000;

/** Asks once. @throws TokenFailure */
export function getToken({ tokenSource, httpUrl }: Options, signal: AbortSignal): Promise<string> {
  return tokenSource.type === "local"
    ? askLocalCloud(httpUrl, tokenSource.userId, signal)
    : runCommand(tokenSource.command, signal);
}

async function askLocalCloud(httpUrl: string, userId: string, signal: AbortSignal): Promise<string> {
  let response: Response;
  try {
    response = await fetch(`${httpUrl}/_local/token`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ userId }),
      signal: AbortSignal.any([signal, AbortSignal.timeout(LIMIT_MS)]),
    });
  } catch (cause) {
    const message = `Nothing answers at ${httpUrl}. Is \`npm start\` running there? --http-url names another place.`;
    throw new TokenFailure(message, { passes: true, cause });
  }
  const body = (await response.json().catch(() => ({}))) as { token?: unknown; message?: unknown };
  if (response.ok && typeof body.token === "string") return body.token;
  const why = typeof body.message === "string" ? body.message : `It answered ${response.status}.`;
  const passes = response.status >= 500;
  const message = passes
    ? `${httpUrl} gives no token yet: ${why}`
    : `${httpUrl} gives no token for "${userId}": ${why} Deployed, use --token-command.`;
  throw new TokenFailure(message, { passes });
}

function runCommand(command: string, signal: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    const fail = (what: string): void =>
      reject(new TokenFailure(`The token command ${what}`, { passes: false }));
    const child = spawn(command, {
      shell: true,
      stdio: ["ignore", "pipe", "pipe"],
      timeout: LIMIT_MS,
      killSignal: "SIGKILL",
    });
    let output = "";
    let complaint = "";
    child.stdout.setEncoding("utf8").on("data", (chunk: string) => (output += chunk));
    child.stderr.setEncoding("utf8").on("data", (chunk: string) => (complaint += chunk));
    const stop = (): void => {
      child.kill("SIGKILL");
      fail("was stopped.");
    };
    signal.addEventListener("abort", stop);
    child.on("error", (cause) => fail(`could not be started: ${cause.message}.`));
    child.on("exit", (_code, signalled) => {
      signal.removeEventListener("abort", stop);
      // What it has started may live on, and hold its outputs.
      if (signalled === "SIGKILL") fail(`gave no token within ${LIMIT_MS / 1_000} seconds.`);
    });
    child.on("close", (code, signalled) => {
      const said = complaint.trim() === "" ? "." : `, and said: ${oneLine(complaint.trim())}`;
      if (code !== 0) return fail(`ended with ${code === null ? signalled : `exit code ${code}`}${said}`);
      const token = output.trim();
      if (subjectOf(token) === null) return fail("printed something that is no token (a JWT with a sub).");
      return resolve(token);
    });
  });
}

/** Whose token it is, as it says itself; null for what is no token. */
export function subjectOf(token: string): string | null {
  try {
    const payload = Buffer.from(token.split(".")[1] ?? "", "base64url").toString("utf8");
    const { sub } = JSON.parse(payload) as { readonly sub?: unknown };
    return typeof sub === "string" ? sub : null;
  } catch {
    return null;
  }
}
