import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";

const ROOT = join(import.meta.dirname, "../..");

/** The Node that the functions are deployed for, which CI's script gets from npm and keeps. */
export function deployedNode(): { readonly path: string; readonly version: string } {
  const major = readFileSync(join(ROOT, ".nvmrc"), "utf8").trim();
  const [path, version] = JSON.parse(
    execFileSync(
      "bash",
      [
        join(ROOT, ".ci/with-node"),
        major,
        "node",
        "-p",
        "JSON.stringify([process.execPath, process.versions.node])",
      ],
      { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] },
    ),
  ) as [string, string];
  return { path, version: `Node ${version}` };
}
