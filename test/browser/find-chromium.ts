import { accessSync, constants } from "node:fs";
import type { TestProject } from "vitest/node";

declare module "vitest" {
  interface ProvidedContext {
    /** Where Chromium is; null without one, and then these tests are skipped. */
    chromium: string | null;
  }
}

const DEBIAN = "/usr/bin/chromium";

/** Looks for Chromium once. In CI it must be there: tests that are always skipped prove nothing. */
export default function setup(project: TestProject): void {
  const path = process.env["CHROMIUM"] ?? DEBIAN;
  const isThere = isExecutable(path);
  const message = `The browser tests need Chromium at ${path} (apt-get install chromium), or CHROMIUM=<path>.`;
  if (!isThere && process.env["CI"] === "true") throw new Error(message);
  if (!isThere) process.stderr.write(`${message} They are skipped.\n`);
  project.provide("chromium", isThere ? path : null);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
