import { WebSocket } from "ws";
import { tokenFor } from "../support/person.ts";
import type { Observation } from "./observation.ts";
import type { Target } from "./settings.ts";

const PING_EVERY_MS = 60_000;

/** One socket that sends nothing and one that sends protocol pings alone, side by side: which is closed, when, how. */
export async function* watchIdle(target: Target, minutes: number): AsyncGenerator<Observation> {
  const [silent, pinging] = await Promise.all([watch(target, minutes, false), watch(target, minutes, true)]);
  yield { id: "limits.idle", found: silent };
  yield { id: "limits.idle-ping", found: pinging };
}

async function watch(target: Target, minutes: number, pings: boolean): Promise<string> {
  const token = await tokenFor(target, { userId: pings ? "smoke-pinging" : "smoke-silent" });
  const socket = new WebSocket(target.wsUrl, { headers: { authorization: `Bearer ${token}` } });
  await new Promise((resolve, reject) => socket.once("open", resolve).once("error", reject));
  const opened = performance.now();
  const pinger = setInterval(() => pings && socket.ping(), PING_EVERY_MS);
  const what = pings ? "a socket that sends protocol pings alone" : "a socket that sends nothing";
  return new Promise((resolve) => {
    const end = setTimeout(() => {
      socket.removeAllListeners("close");
      socket.terminate();
      clearInterval(pinger);
      resolve(`${what} is open after ${minutes} minutes`);
    }, minutes * 60_000);
    socket.once("close", (code) => {
      clearTimeout(end);
      clearInterval(pinger);
      resolve(
        `${what} is closed with ${code} after ${((performance.now() - opened) / 60_000).toFixed(1)} minutes`,
      );
    });
  });
}
