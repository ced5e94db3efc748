import type { EventFrame } from "../../protocol/server-frames.ts";
import type { Chat } from "../chat.ts";
import type { Counter } from "../metrics.ts";
import type { Connection, UserRecord } from "../model/records.ts";
import type { PushOutcome } from "../ports.ts";
import { removeConnections } from "./remove-connections.ts";

/** Inside `$connect` every push answers 410: a connection this young is not taken for dead. */
const CONNECTING_MS = 60 * 1000;

/** What a connection is to be told; null: nothing. */
export type FrameFor = (user: UserRecord, connection: Connection) => EventFrame | null;

/**
 * Pushes to the live connections of these users, as read a moment ago. Connections found gone are pruned,
 * those whose lease has run out are closed; neither fails the caller, whose message is stored.
 */
export async function fanOut(chat: Chat, users: readonly UserRecord[], frameFor: FrameFor): Promise<void> {
  const now = chat.clock.now();
  const targets = users.flatMap((user) =>
    user.connections.flatMap((connection) => {
      const frame = frameFor(user, connection);
      return frame ? [{ user, connection, frame, expired: connection.lease <= now }] : [];
    }),
  );
  const live = targets.filter(({ expired }) => !expired);
  const expired = targets.filter(({ expired }) => expired);
  const [outcomes] = await Promise.all([
    chat.sockets.push(live.map(({ connection, frame }) => ({ connectionId: connection.id, frame }))),
    chat.sockets.close(expired.map(({ connection }) => connection.id)),
  ]);
  if (live.length > 0) measure(chat, outcomes, Math.max(0, chat.clock.now() - now));
  const gone = live.filter(
    ({ connection }, index) => outcomes[index] === "gone" && connection.since <= now - CONNECTING_MS,
  );
  await prune(chat, [...gone, ...expired]);
}

function measure(chat: Chat, outcomes: readonly PushOutcome[], tookMs: number): void {
  for (const outcome of ["delivered", "gone", "failed"] as const) {
    chat.metrics.count(PUSHES[outcome], outcomes.filter((one) => one === outcome).length);
  }
  chat.metrics.measure("FanOutTime", tookMs);
}

const PUSHES: { readonly [O in PushOutcome]: Counter } = {
  delivered: "PushesDelivered",
  gone: "PushesGone",
  failed: "PushesFailed",
};

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
