import { WebSocket } from "ws";
import { Cast } from "../support/cast.ts";
import { Device } from "../support/device.ts";
import { tokenFor } from "../support/person.ts";
import { watchIdle } from "./idle.ts";
import type { Observation } from "./observation.ts";
import type { Target } from "./settings.ts";

/** What the documentation leaves open, asked of the deployment itself. */
export async function* observe(target: Target, idleMinutes: number): AsyncGenerator<Observation> {
  const cast = new Cast(target);
  try {
    yield { id: "connect.no-token", found: await refusal(target, {}) };
    yield { id: "connect.bad-token", found: await refusal(target, { authorization: "Bearer not.a.token" }) };
    yield {
      id: "connect.wrong-path",
      found: await refusal({ ...target, wsUrl: wrongPath(target.wsUrl) }, {}),
    };
    yield { id: "response.empty", found: await emptyAnswer(cast) };
    yield { id: "message-event.order", found: await orderOfFrames(cast) };
    yield { id: "disconnect-event.authorizer", found: await contextAtDisconnect(cast) };
    yield { id: "frame.ping", found: await protocolPing(target) };
    if (idleMinutes > 0) yield* watchIdle(target, idleMinutes);
  } finally {
    await cast.leave();
  }
}

async function refusal({ wsUrl }: Target, headers: Readonly<Record<string, string>>): Promise<string> {
  const outcome = await Device.attempt(wsUrl, { headers });
  if (outcome.type === "refused") return `${outcome.status} with the body ${JSON.stringify(outcome.body)}`;
  await outcome.client.vanish();
  return "a connection";
}

const wrongPath = (wsUrl: string): string => new URL("/no-such-stage", wsUrl).href;

/** A frame without an id is not acked, and its function answers nothing. */
async function emptyAnswer(cast: Cast): Promise<string> {
  const { alice, conversationId } = await cast.pair();
  const device = await alice.connect();
  const before = device.received.length;
  device.send({ action: "typing_stop", conversationId });
  await device.ping();
  const between = device.received.slice(before, -1);
  return between.length === 0 ? "nothing is sent" : `sent: ${JSON.stringify(between)}`;
}

/** Frames sent at once on one socket: each is a function's call of its own. */
async function orderOfFrames(cast: Cast): Promise<string> {
  const { alice, conversationId } = await cast.pair();
  const device = await alice.connect();
  const ids = Array.from({ length: 20 }, (_, n) => `order-${n}`);
  for (const id of ids) device.send({ action: "typing_stop", id, conversationId });
  const acked: string[] = [];
  while (acked.length < ids.length) {
    const answer = await device.next((one) => one.type === "ack" || one.type === "error");
    acked.push("id" in answer ? String(answer.id) : "");
  }
  return acked.every((id, n) => id === ids[n])
    ? "20 frames sent at once are answered in their order"
    : `20 frames sent at once are answered as ${acked.map((id) => id.slice("order-".length)).join(" ")}`;
}

/** The handler of `$disconnect` takes the user from the authorizer's context: without it nobody would go offline. */
async function contextAtDisconnect(cast: Cast): Promise<string> {
  const { alice, bob } = await cast.pair();
  const watcher = await alice.connect();
  const device = await bob.connect();
  await watcher.next("user_online");
  const left = performance.now();
  await device.close();
  await watcher.next("user_offline");
  return `the user's context is there: offline ${((performance.now() - left) / 1_000).toFixed(1)} s after the close`;
}

async function protocolPing(target: Target): Promise<string> {
  const token = await tokenFor(target, { userId: "smoke-ping" });
  const socket = new WebSocket(target.wsUrl, { headers: { authorization: `Bearer ${token}` } });
  try {
    await new Promise((resolve, reject) => socket.once("open", resolve).once("error", reject));
    const sent = performance.now();
    const pong = new Promise<number>((resolve) =>
      socket.once("pong", () => resolve(performance.now() - sent)),
    );
    socket.ping();
    const ms = await pong;
    const extensions = socket.extensions === "" ? "no extension" : socket.extensions;
    return `a pong after ${ms.toFixed(0)} ms; ${extensions} was agreed on`;
  } finally {
    socket.terminate();
  }
}
