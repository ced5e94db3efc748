import { readFileSync } from "node:fs";

/** Ids of all processes below this one, from /proc. */
export function descendantsOf(pid: number): number[] {
  let children: string;
  try {
    children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8");
  } catch {
    return [];
  }
  return children
    .split(" ")
    .filter((id) => id !== "")
    .map(Number)
    .flatMap((id) => [id, ...descendantsOf(id)]);
}

/** A zombie has ended: whoever adopted it just has not asked for its exit status yet. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return process.platform !== "linux" || !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false;
  }
}
