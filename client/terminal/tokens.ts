import { spawn } from "node:child_process";
import type { Options } from "./options.ts";

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

/** Asks once. @throws TokenFailure */
export function getToken({ tokenSource, httpUrl }: Options): Promise<string> {
  return tokenSource.type === "local"
    ? askLocalCloud(httpUrl, tokenSource.userId)
    : runCommand(tokenSource.command);
}

async function askLocalCloud(httpUrl: string, userId: string): Promise<string> {
  let response: Response;
  try {
    response = await fetch(`${httpUrl}/_local/token`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ userId }),
    });
  } catch (cause) {
    const message = `Nothing answers at ${httpUrl}. Is \`npm start\` running there? --http-url names another place.`;
    throw new TokenFailure(message, { passes: true, cause });
  }
  const body = (await response.json().catch(() => ({}))) as { token?: unknown; message?: unknown };
  if (response.ok && typeof body.token === "string") return body.token;
  const why = typeof body.message === "string" ? body.message : `It answered ${response.status}.`;
  const message = `${httpUrl} gives no token for "${userId}": ${why} Deployed, use --token-command.`;
  throw new TokenFailure(message, { passes: response.status >= 500 });
}

function runCommand(command: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const fail = (what: string): void =>
      reject(new TokenFailure(`The token command ${what}`, { passes: false }));
    const child = spawn(command, { shell: true, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    let complaint = "";
    child.stdout.setEncoding("utf8").on("data", (chunk: string) => (output += chunk));
    child.stderr.setEncoding("utf8").on("data", (chunk: string) => (complaint += chunk));
    child.on("error", (cause) => fail(`could not be started: ${cause.message}.`));
    child.on("close", (code, signal) => {
      const said = complaint.trim() === "" ? "." : `, and said: ${complaint.trim()}`;
      if (code !== 0) return fail(`ended with ${code === null ? signal : `exit code ${code}`}${said}`);
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
