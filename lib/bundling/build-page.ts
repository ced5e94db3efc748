import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const PAGE = fileURLToPath(new URL("../../client/page", import.meta.url));

export type PageOutcome =
  /** The folder with `index.html` and what belongs to it. */
  | { readonly type: "ok"; readonly folder: string }
  /** What the compiler says, in one text. */
  | { readonly type: "failed"; readonly problems: readonly string[] };

/** Builds the page, unless it stands there as its sources are: in a process, since vite builds only asynchronously. */
export function buildPage(): PageOutcome {
  const { status, stderr, error } = spawnSync(process.execPath, [join(PAGE, "build-if-changed.mjs")], {
    stdio: ["ignore", "ignore", "pipe"],
    encoding: "utf8",
  });
  if (status === 0) return { type: "ok", folder: join(PAGE, "dist") };
  const said = error?.message ?? stderr.trim();
  return { type: "failed", problems: [`The page cannot be built, and "page" is true: ${said}`] };
}
