import { MAX_FRAME_BYTES } from "../../protocol/limits.ts";
import type { EventFrame } from "../../protocol/server-frames.ts";
import type { Chat } from "../chat.ts";
import { inParallel } from "../in-parallel.ts";
import type { Push, PushOutcome } from "../ports.ts";

/** Connections with frames one behind another, at a time: as many as the SDK has sockets. */
const CONNECTIONS_AT_ONCE = 50;
/** What is around a batch's events. */
const ENVELOPE_BYTES = Buffer.byteLength(JSON.stringify({ type: "batch", events: [] }));

/** One frame for a connection, and which of the pushes are in it. */
interface Parcel extends Push {
  readonly indices: readonly number[];
}

/**
 * Pushes where a connection may be told several things: one that takes batches gets them as few frames, any other one
 * after another. What became of a frame became of each event in it; outcomes in the order of the pushes.
 */
export async function pushTogether(chat: Chat, pushes: readonly Push[]): Promise<readonly PushOutcome[]> {
  const outcomes = new Array<PushOutcome>(pushes.length).fill("failed");
  const pushAll = async (parcels: readonly Parcel[]): Promise<readonly PushOutcome[]> => {
    const became = await chat.sockets.push(parcels);
    for (const [at, { indices }] of parcels.entries()) {
      for (const index of indices) outcomes[index] = became[at]!;
      if (indices.length > 1 && became[at] === "delivered") {
        chat.metrics.count("BatchesDelivered");
        chat.metrics.count("PushesBatched", indices.length);
      }
    }
    return became;
  };
  const queues = parcelsOf(pushes);
  await Promise.all([
    pushAll(queues.flatMap((parcels) => (parcels.length === 1 ? parcels : []))),
    inParallel(
      queues.filter(({ length }) => length > 1),
      CONNECTIONS_AT_ONCE,
      async (parcels) => {
        for (const [at, parcel] of parcels.entries()) {
          const [became] = await pushAll([parcel]);
          if (became === "delivered") continue;
          const rest = parcels.slice(at + 1);
          // Behind one that failed there is no order left to keep: one that hangs holds up the others no longer.
          if (became !== "gone") return void (await pushAll(rest));
          return rest.forEach(({ indices }) => indices.forEach((index) => (outcomes[index] = "gone")));
        }
      },
    ),
  ]);
  return outcomes;
}

/** The frames of each connection, in the order of the pushes. */
function parcelsOf(pushes: readonly Push[]): readonly (readonly Parcel[])[] {
  const ofEach = new Map<string, number[]>();
  for (const [index, { connectionId }] of pushes.entries()) {
    const known = ofEach.get(connectionId);
    if (known) known.push(index);
    else ofEach.set(connectionId, [index]);
  }
  // Most of a fan-out is one frame to many: measure each once.
  const sizes = new Map<EventFrame, number>();
  const sizeOf = (frame: EventFrame): number => {
    const size = sizes.get(frame) ?? Buffer.byteLength(JSON.stringify(frame)) + 1;
    sizes.set(frame, size);
    return size;
  };
  return [...ofEach.values()].map((indices) =>
    groupsOf(indices, pushes, sizeOf).map((group) => toParcel(group, pushes)),
  );
}

/** Which pushes to one connection go in one frame: no frame is larger than any other of ours. */
function groupsOf(
  indices: readonly number[],
  pushes: readonly Push[],
  sizeOf: (frame: EventFrame) => number,
): readonly (readonly number[])[] {
  const groups: number[][] = [];
  let room = 0;
  for (const index of indices) {
    const { frame, takesBatches } = pushes[index]!;
    const size = takesBatches && isEvent(frame) ? sizeOf(frame) : Infinity;
    const last = groups.at(-1);
    if (last && size <= room) last.push(index);
    else {
      groups.push([index]);
      room = MAX_FRAME_BYTES - ENVELOPE_BYTES;
    }
    room -= size;
  }
  return groups;
}

function toParcel(indices: readonly number[], pushes: readonly Push[]): Parcel {
  const first = pushes[indices[0]!]!;
  if (indices.length === 1) return { ...first, indices };
  const events = indices.map((index) => pushes[index]!.frame).filter(isEvent);
  return { ...first, frame: { type: "batch", events }, indices };
}

const isEvent = (frame: Push["frame"]): frame is EventFrame =>
  frame.type !== "ack" && frame.type !== "error" && frame.type !== "batch";
