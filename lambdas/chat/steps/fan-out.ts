import type { EventFrame } from "../../protocol/server-frames.ts";
import type { Chat } from "../chat.ts";
import type { Counter } from "../metrics.ts";
import type { Connection, UserRecord } from "../model/records.ts";
import { shuffled } from "../model/shuffled.ts";
import type { PushOutcome } from "../ports.ts";
import { removeConnections } from "./remove-connections.ts";

/** Inside `$connect` every push answers 410: a connection this young is not taken for dead. */
const CONNECTING_MS = 60 * 1000;

/** How long whoever asked for something waits until others have been told of it. */
const HASTE_MS = 500;
/** So many are told before the answer; the rest, in any order, is for the worker. */
const MOST_INLINE = 200;

/** What a connection is to be told; null: nothing. */
export type FrameFor = (user: UserRecord, connection: Connection) => EventFrame | null;

/** One connection that is to be told something. */
export interface Target {
  readonly user: UserRecord;
  readonly connection: Connection;
  readonly frame: EventFrame;
}

/** Takes over those who are too many, or too slow, to be told before the answer. */
export type Leave = (left: readonly Target[]) => Promise<void>;

/** Of those who were not told in time: they hear it, or what makes up for it, soon anyway. */
export const FORGET: Leave = () => Promise.resolve();

/**
 * Pushes to the live connections of these users, as read a moment ago. Connections found gone are pruned,
 * those whose lease has run out are closed; neither fails the caller, whose message is stored. With `leave` it takes
 * half a second at most, and one recipient that hangs delays nobody for longer.
 */
export async function fanOut(
  chat: Chat,
  users: readonly UserRecord[],
  frameFor: FrameFor,
  leave: Leave | null = null,
): Promise<void> {
  const now = chat.clock.now();
  const targets = users.flatMap((user) =>
    user.connections.flatMap((connection) => {
      const frame = frameFor(user, connection);
      return frame ? [{ user, connection, frame, expired: connection.lease <= now }] : [];
    }),
  );
  const live = targets.filter(({ expired }) => !expired);
  const expired = targets.filter(({ expired }) => expired);
  const most = leave && live.length > MOST_INLINE ? MOST_INLINE : Infinity;
  const order = most === Infinity ? live : shuffled(live, () => chat.random.fraction());
  const [pushed, rest] = [order.slice(0, most), order.slice(most)];
  const withinMs = leave ? HASTE_MS : undefined;
  const [outcomes] = await Promise.all([
    chat.sockets.push(
      pushed.map(({ connection: { id, takesBatches }, frame }) => ({
        connectionId: id,
        frame,
        ...(takesBatches ? { takesBatches } : {}),
      })),
      withinMs,
    ),
    chat.sockets.close(
      expired.map(({ connection }) => connection.id),
      withinMs,
    ),
    leave && rest.length > 0 ? leave(rest) : null,
  ]);
  if (pushed.length > 0) measure(chat, outcomes, Math.max(0, chat.clock.now() - now));
  const late = pushed.filter((_, index) => outcomes[index] === "late");
  const gone = pushed.filter(
    ({ connection }, index) => outcomes[index] === "gone" && connection.since <= now - CONNECTING_MS,
  );
  await Promise.all([prune(chat, [...gone, ...expired]), leave && late.length > 0 ? leave(late) : null]);
}

function measure(chat: Chat, outcomes: readonly PushOutcome[], tookMs: number): void {
  for (const outcome of ["delivered", "gone", "failed"] as const) {
    chat.metrics.count(PUSHES[outcome], outcomes.filter((one) => one === outcome).length);
  }
  const late = outcomes.filter((one) => one === "late").length;
  if (late > 0) chat.metrics.count("PushesLate", late);
  chat.metrics.measure("FanOutTime", tookMs);
}

const PUSHES: { readonly [O in Exclude<PushOutcome, "late">]: Counter } = {
  delivered: "PushesDelivered",
  gone: "PushesGone",
  failed: "PushesFailed",
};

/** Takes connections that were found gone, or expired, off their users' records. */
async function prune(
  chat: Chat,
  targets: readonly { readonly user: UserRecord; readonly connection: Connection }[],
): Promise<void> {
  const users = new Set(targets.map(({ user }) => user));
  await Promise.all(
    [...users].map(async (user) => {
      const gone = targets.filter((target) => target.user === user).map(({ connection }) => connection);
      try {
        await removeConnections(chat, user.id, gone, user);
      } catch (cause) {
        // The sweep will find them: a failed clean-up must not turn a stored message into an error.
        chat.log.error("prune failed", cause, { connections: gone.length });
      }
    }),
  );
}
