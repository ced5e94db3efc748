import { request } from "../../../../test/support/person.ts";
import type { Endpoints } from "../../../../test/support/person.ts";
import { seededRandom } from "../../../../test/support/memory/seeded-random.ts";

/** The two-hour limit, compressed. */
const LIFETIME_MS = 20_000;
const FUNCTIONS = ["websocket", "websocket", "http", "worker", "authorizer"] as const;
/** While one side's sockets are cut those of the other live until the limit or their token ends them. */
const SPELL_MS = 30_000;

/** Whose sockets are cut; the names are those of the users. */
type Spell = readonly string[];

/** Everything goes wrong about two users until `seconds` are over; the same seed does the same in the same order. */
export async function storm(
  cloud: Endpoints,
  users: readonly [string, string],
  { seed, seconds }: { readonly seed: number; readonly seconds: number },
): Promise<{ readonly cuts: number }> {
  const random = seededRandom(seed);
  const spells: readonly Spell[] = [[users[0]], [users[1]], users];
  const began = performance.now();
  let cuts = 0;
  for (let round = 0; performance.now() - began < seconds * 1000; round += 1) {
    const spell = spells[Math.floor((performance.now() - began) / SPELL_MS) % spells.length]!;
    await setFaults(cloud, {
      ...calm(seed * 1000 + round),
      push: [{ status: ([410, 429, 500] as const)[Math.floor(random() * 3)], share: 0.3 }],
      kill: {
        function: FUNCTIONS[Math.floor(random() * FUNCTIONS.length)],
        when: random() < 0.5 ? "before" : "after",
        call: 1 + Math.floor(random() * 4),
        times: 2,
      },
    });
    cuts += await cut(cloud, spell);
    await new Promise((resolve) => setTimeout(resolve, 2_000 + random() * 3_000));
  }
  return { cuts };
}

/** Nothing is refused and nobody killed, but the limit holds. */
export const calm = (seed: number): object => ({ seed, loseDisconnect: 0.5, lifetimeMs: LIFETIME_MS });

export async function setFaults(cloud: Endpoints, faults: object): Promise<void> {
  const answer = await request(cloud, "/_local/faults", { method: "POST", body: faults });
  if (answer.status !== 204) throw new Error(`faults: ${answer.status} ${answer.text}`);
}

/** How often each kind of fault came true. */
export async function injected(cloud: Endpoints): Promise<Readonly<Record<string, number>>> {
  return (
    await request<Readonly<Record<string, number>>>(cloud, "/_local/faults/injected", { method: "GET" })
  ).body;
}

/** Ends the sockets of these users without a close frame; the faults stay as they are. */
async function cut(cloud: Endpoints, users: readonly string[]): Promise<number> {
  const { body } = await request<{
    readonly connections: readonly { readonly id: string; readonly user: string | null }[];
    readonly faults: object;
  }>(cloud, "/_local/state", { method: "GET" });
  const theirs = body.connections.filter(({ user }) => user !== null && users.includes(user));
  for (const { id } of theirs) await setFaults(cloud, { ...body.faults, cut: id });
  return theirs.length;
}
