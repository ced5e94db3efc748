import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";

export interface GuardedChild {
  readonly process: ChildProcess;
  /** Kills the program and everything it started, at once; resolves when it has gone. */
  kill(): Promise<void>;
}

/**
 * A parent killed by SIGKILL cannot end its children, and a child in a busy loop cannot notice. So a
 * shell stands between: it starts the program, holds the read end of a pipe from the parent, and kills
 * the program when the pipe ends, with all it has started: the shell leads their process group. The variables
 * the shell adds by itself are taken away again.
 */
const GUARD = `unset PWD OLDPWD SHLVL _
exec 9<&0
"$@" </dev/null 9<&- &
program=$!
( read -r _ <&9; kill -s KILL -- -$$ ) >/dev/null 2>&1 &
watcher=$!
exec 9<&-
wait "$program"
code=$?
kill -9 "$watcher" 2>/dev/null
exit "$code"`;

/**
 * Starts a program that does not outlive this process. It runs in a process group of its own: Ctrl-C in
 * the terminal reaches only this process, which then ends its children in the right order.
 */
export function spawnGuarded(
  command: string,
  args: readonly string[],
  options: { readonly env: Readonly<Record<string, string>>; readonly cwd?: string },
): GuardedChild {
  const child = spawn("/bin/sh", ["-c", GUARD, "guard", command, ...args], {
    env: { ...options.env },
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    stdio: ["pipe", "pipe", "pipe"],
    detached: true,
  });
  const gone = once(child, "close").catch(() => undefined);
  child.stdin.on("error", () => undefined);
  return {
    process: child,
    kill: async () => {
      if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) {
        try {
          process.kill(-child.pid, "SIGKILL");
        } catch {
          // The group has just ended by itself.
        }
      }
      await gone;
    },
  };
}
