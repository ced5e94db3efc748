import { seededRandom } from "../support/memory/seeded-random.ts";

/** Of four histories two are played by clients of ours alone, one by both kinds of devices, one by raw ones. */
const SHARES = [1, 1, 0.5, 0] as const;

/** Which devices of a history are clients of ours. A smaller history of the same seed has the same where it has any. */
export function isClientOf(seed: number): (user: number, device: number) => boolean {
  const share = SHARES[Math.floor(seededRandom(seed)() * SHARES.length)]!;
  return (user, device) => seededRandom(seed * 31 + user * 7 + device)() < share;
}
