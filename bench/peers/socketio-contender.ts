import { withLimit } from "../load/paced.ts";
import { turnOf } from "../load/turns.ts";
import { memoryOf } from "../measures/memory.ts";
import { commandOf, descendantsOf, figuresOf } from "../measures/processes.ts";
import { summedByPart, tellsTally, type Contender } from "./contender.ts";
import { POSTGRES_ROLE, type Postgres } from "./postgres.ts";
import { openDevice, seedSocketIo, startSocketIo } from "./socketio.ts";
import type { Started } from "./started.ts";
import { Tally } from "./tally.ts";

export async function startSocketIoContender(
  count: number,
  postgres: Postgres,
  started: Started,
): Promise<Contender> {
  const names = Array.from({ length: count }, (_, pair) => `pair-${pair}`);
  const people = names.flatMap((name) => [`${name}-one`, `${name}-other`]);
  await seedSocketIo(
    postgres.folder,
    new Map(names.map((name, pair) => [name, people.slice(2 * pair, 2 * pair + 2)])),
  );
  const { url, pid } = await started.add(startSocketIo(postgres.folder));
  const tally = new Tally(count);
  const tell = tellsTally(tally);
  const devices = await withLimit(10, [...people.entries()], ([device, userId]) =>
    started.add(openDevice(url, userId, (content) => tell(device, content))),
  );
  return {
    name: "Socket.IO",
    tally,
    send: async (index, content) => {
      const { pair, sender } = turnOf(index, count);
      try {
        return (await devices[sender]!.send(names[pair]!, content)).message !== undefined;
      } catch {
        return false;
      }
    },
    cpu: () => {
      const all = [pid, postgres.pid, ...descendantsOf(postgres.pid)];
      const seconds = all.map((each) => [commandOf(each)[0] ?? "", figuresOf(each).cpuSeconds] as const);
      return summedByPart(seconds, partOfSocketIo);
    },
    memoryMb: () => memoryOf(pid).proportionalMb + memoryOf(postgres.pid).proportionalMb,
  };
}

/** By what a process calls itself: a backend by whom it serves, as `postgres: bench postgres [local] idle`. */
export function partOfSocketIo(title: string): string {
  if (!/(^|\/)postgres\b/.test(title)) return "server";
  return title.startsWith(`postgres: ${POSTGRES_ROLE.user} `)
    ? "PostgreSQL's backends"
    : "the rest of PostgreSQL";
}
