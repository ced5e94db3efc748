import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** Follows what this process holds, garbage aside. */
export function followHeap(everyMs: number): { stop(): readonly number[] } {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  const megabytes: number[] = [];
  const look = (): void => {
    collect();
    megabytes.push(process.memoryUsage().heapUsed / 2 ** 20);
  };
  const timer = setInterval(look, everyMs);
  look();
  return {
    stop: () => {
      clearInterval(timer);
      look();
      return megabytes;
    },
  };
}
