import { spawn } from "node:child_process";
import type { TokenOptions } from "./token-options.ts";

/** What the command ends with where its issuer gives no such token. */
const CANNOT = 3;

/** Ends the test as skipped: what its deployment's issuer does not give says nothing of the deployment. */
export async function notToBeHad(why: string): Promise<never> {
  const { TestRunner } = await import("vitest");
  TestRunner.getCurrentTest()?.context.skip(why);
  throw new Error(why);
}

/**
 * A token by a command of the deployment's own: whom it is for, and what stands in it, is in the command's
 * environment (`docs/smoke.md`).
 *
 * A command that ends with 3 cannot give it: the test is skipped.
 *
 * @throws Error with what it wrote, where it fails
 */
export async function tokenByCommand(command: string, options: TokenOptions): Promise<string> {
  const { userId, displayName, avatarUrl, scope, expiresInSeconds } = options;
  const wanted = {
    PARLEY_USER: userId,
    PARLEY_DISPLAY_NAME: displayName,
    PARLEY_AVATAR_URL: avatarUrl,
    PARLEY_SCOPE: scope,
    PARLEY_EXPIRES_IN: expiresInSeconds === undefined ? undefined : String(expiresInSeconds),
  };
  const run = spawn(command, {
    shell: true,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, ...wanted },
  });
  let token = "";
  let trouble = "";
  run.stdout.setEncoding("utf8").on("data", (text: string) => (token += text));
  run.stderr.setEncoding("utf8").on("data", (text: string) => (trouble += text));
  const code = await new Promise<number | null>((resolve, reject) => {
    run.once("error", reject);
    run.once("close", resolve);
  });
  if (code === CANNOT) return notToBeHad(trouble.trim() || "The issuer gives no such token.");
  if (code !== 0) throw new Error(`The token command ended with ${code} for ${userId}: ${trouble.trim()}`);
  return token.trim();
}

/** Whom a token is for. */
export function subjectOf(token: string): string {
  const claims = Buffer.from(token.split(".")[1] ?? "", "base64url").toString();
  try {
    const { sub } = JSON.parse(claims) as { sub?: unknown };
    if (typeof sub === "string") return sub;
  } catch {
    // Told below.
  }
  throw new Error("This is no token with a subject.");
}
