import { setTimeout as delay } from "node:timers/promises";
import type { Endpoints } from "../../test/support/person.ts";
import { atMost, type Figure } from "../benchmark.ts";
import { openSocket, type LoadSocket } from "../load/socket.ts";
import { aPair } from "./people.ts";

const LANES = 10;
const LANES_MS = 5_800;
const PIPELINED = 60;
const PIPELINED_MS = 4_000;

/** A second's worth at once, and what time brings back; a share for each environment where there are lanes. */
const allowed = (perSecond: number, ms: number, environments: number): number =>
  Math.ceil(perSecond * (1 + ms / 1_000) + environments * Math.max(1, perSecond / 5));

const send = async (socket: LoadSocket, conversationId: string): Promise<boolean> => {
  const answer = await socket.ask({ action: "send_message", conversationId, content: "again" });
  return answer["type"] === "ack";
};

/** Ten sockets, each sending as soon as it was answered, refused or not. */
export async function sendOverLanes(cloud: Endpoints, perSecond: number): Promise<Figure> {
  const { alice, conversationId } = await aPair(cloud);
  const sockets = await Promise.all(
    Array.from({ length: LANES }, () => openSocket(cloud.wsUrl, alice.token)),
  );
  let acked = 0;
  const startedAt = performance.now();
  const over = (): boolean => performance.now() - startedAt >= LANES_MS;
  await Promise.all(
    sockets.map(async (socket) => {
      while (!over()) {
        if (await send(socket, conversationId)) acked += 1;
        // As fast as 110 in that time, and not as fast as the machine can refuse.
        else await delay(50);
      }
    }),
  );
  const tookMs = performance.now() - startedAt;
  await Promise.all(sockets.map((socket) => socket.close()));
  return {
    name: `sends over ${LANES} lanes for ${LANES_MS / 1_000} s, at ${perSecond} a second`,
    before: "110 acked",
    value: acked,
    unit: "acked",
    bound: atMost(acked, allowed(perSecond, tookMs, LANES)),
  };
}

/** Sixty frames on one socket, without waiting for an answer. */
export async function sendPipelined(cloud: Endpoints, perSecond: number): Promise<Figure> {
  const { alice, conversationId } = await aPair(cloud);
  const socket = await openSocket(cloud.wsUrl, alice.token);
  const startedAt = performance.now();
  const answers = await Promise.all(Array.from({ length: PIPELINED }, () => send(socket, conversationId)));
  const tookMs = performance.now() - startedAt;
  await socket.close();
  const acked = answers.filter(Boolean).length;
  return {
    name: `${PIPELINED} sends at once on one socket, at ${perSecond} a second`,
    before: `${PIPELINED} acked in ${PIPELINED_MS / 1_000} s`,
    value: `${acked} acked in ${(tookMs / 1_000).toFixed(1)} s`,
    bound: atMost(acked, allowed(perSecond, tookMs, LANES)),
  };
}
