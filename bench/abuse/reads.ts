import type { Endpoints } from "../../test/support/person.ts";
import { atMost, type Figure } from "../benchmark.ts";
import { openSocket } from "../load/socket.ts";
import { aPair } from "./people.ts";
import { unitsOf } from "./units.ts";

const PIPELINED = 200;
/** 2,000 code points of four bytes each. */
const EIGHT_KB = "😀".repeat(2_000);
const BIG_MESSAGES = 101;

/** Two hundred syncs on one socket, without waiting for an answer. */
export async function readWithoutEnd(cloud: Endpoints, perSecond: number): Promise<Figure> {
  const { alice, conversationId } = await aPair(cloud);
  for (let seq = 0; seq < 5; seq += 1) {
    await alice.post(`/api/conversations/${conversationId}/messages`, { content: EIGHT_KB, afterSeq: seq });
  }
  const socket = await openSocket(cloud.wsUrl, alice.token);
  const startedAt = performance.now();
  const answers = await Promise.all(
    Array.from({ length: PIPELINED }, () => socket.ask({ action: "sync", conversationId, afterSeq: 0 })),
  );
  const seconds = (performance.now() - startedAt) / 1_000;
  await socket.close();
  const served = answers.filter(({ type }) => type === "ack").length;
  return {
    name: `${PIPELINED} syncs at once on one socket, at ${perSecond} a second`,
    before: `${PIPELINED} served`,
    value: `${served} served in ${seconds.toFixed(1)} s`,
    bound: atMost(served, Math.ceil(perSecond * (1 + seconds) + (10 * perSecond) / 5)),
  };
}

/** The price of one page of the largest messages, and how many it brings. */
export async function readBigMessages(cloud: Endpoints): Promise<Figure> {
  const { alice, conversationId } = await aPair(cloud);
  for (let seq = 0; seq < BIG_MESSAGES; seq += 1) {
    const { status } = await alice.post(`/api/conversations/${conversationId}/messages`, {
      content: EIGHT_KB,
      afterSeq: seq,
    });
    if (status !== 201) throw new Error(`A message of 8 KB was refused: ${status}`);
  }
  const socket = await openSocket(cloud.wsUrl, alice.token);
  let brought = 0;
  const { read } = await unitsOf(cloud, "sync", async () => {
    const answer = await socket.ask({ action: "sync", conversationId, afterSeq: 0, limit: 100 });
    brought = (answer["data"] as { messages: readonly unknown[] }).messages.length;
  });
  await socket.close();
  return {
    name: "a sync of 100 messages of 8 KB",
    before: "202 read units for 11",
    value: `${read} read units for ${brought}`,
  };
}
