import { cpus } from "node:os";

/** Between two looks. Shorter, any pause of what runs would look like a free core. */
const WINDOW_MS = 1_000;
/** Of all cores together: less is what is left over between what runs. */
const FOR_A_PROCESS = 0.5;

/** Hands out what no program has used: true for each half core that was free in the last second, once. */
export function createCoreWatch(): () => boolean {
  let last = look();
  let free = cpus().length;
  return () => {
    if (performance.now() - last.at >= WINDOW_MS) {
      const now = look();
      free = (now.idleMs - last.idleMs) / (now.at - last.at);
      last = now;
    }
    if (free < FOR_A_PROCESS) return false;
    free -= FOR_A_PROCESS;
    return true;
  };
}

function look(): { readonly at: number; readonly idleMs: number } {
  const idleMs = cpus().reduce((sum, { times }) => sum + times.idle, 0);
  return { at: performance.now(), idleMs };
}
