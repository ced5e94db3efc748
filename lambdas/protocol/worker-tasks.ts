import {
  finite,
  flag,
  integer,
  list,
  nonEmpty,
  nullable,
  object,
  oneOf,
  parseJson,
  variants,
} from "./fields.ts";
import type { Decoded, ValueOf } from "./fields.ts";

/** What the worker sends itself through its queue, as JSON. A task once queued outlives a deployment. */

const count = integer(0, Number.MAX_SAFE_INTEGER);
/** Where a page of ids ended; null: from the first. */
const cursor = nullable(nonEmpty);

const presenceAnnouncement = object({
  userId: nonEmpty,
  online: flag,
  at: finite,
  lastSeenAt: nullable(finite),
  version: count,
});
/** What peers are told of a transition. */
export type PresenceAnnouncement = ValueOf<typeof presenceAnnouncement>;

const presenceState = oneOf("off", "on", "leaving");

const task = variants("type", {
  /** The grace of a leave is over. */
  settle: object({ userId: nonEmpty, lastSeenAt: finite }),
  /** Peers from `cursor` on are to be told, by tasks for all of them. */
  announce: object({ announcement: presenceAnnouncement, cursor }),
  /** Members of these groups are to be told, by tasks for all of them. */
  announce_groups: object({ announcement: presenceAnnouncement, groups: list(nonEmpty) }),
  /** These peers are to be told. */
  announce_to: object({ announcement: presenceAnnouncement, peers: list(nonEmpty) }),
  /** Sockets are to be closed that no record knows any more. */
  close_connections: object({ connectionIds: list(nonEmpty) }),
  /** A record of the stream told of a transition, and what follows from it has failed there. */
  transition: object({
    transition: object({
      userId: nonEmpty,
      from: presenceState,
      to: presenceState,
      version: count,
      lastSeenAt: nullable(finite),
      at: finite,
    }),
  }),
  /** A head is to cover this message, and could not be moved when the stream told of it. */
  repair: object({ conversationId: nonEmpty, seq: count }),
  /** Changes from one to another are to be shown, and what edits said taken out of them. */
  repair_changes: object({ conversationId: nonEmpty, from: count, upTo: count }),
  /** Connections are to be told of a message, as it stands by then. */
  tell: object({
    conversationId: nonEmpty,
    seq: count,
    event: oneOf("new_message", "message_changed"),
    showsInList: flag,
    targets: list(object({ userId: nonEmpty, connectionId: nonEmpty })),
  }),
  /** A conversation is to be moved up in the lists of these users. */
  move_rows: object({ conversationId: nonEmpty, activityAt: finite, userIds: list(nonEmpty) }),
  /** A user is to be erased, as far as one step goes. */
  erase: object({ jobId: nonEmpty }),
  /** Users of one shard from `cursor` on are to be looked at, by tasks for all of them. */
  sweep_shard: object({ shard: count, cursor }),
  /** These users are to be looked at. */
  sweep_users: object({ userIds: list(nonEmpty) }),
});
/** One thing the worker still has to do. */
export type Task = ValueOf<typeof task>;

/** Decodes the body of a queue message. */
export const decodeTask = (body: string): Decoded<Task> => task(parseJson(body), "A task");
