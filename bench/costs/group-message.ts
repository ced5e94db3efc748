import type { Taken } from "./prices.ts";

/** A message to a group, and who is there to be told of it. */
export interface GroupMessage {
  readonly members: number;
  /** Whoever sends it included. */
  readonly online: number;
  /** Connections each of them has. */
  readonly devices: number;
}

export interface MessageCost extends Taken {
  readonly pushes: number;
  /** Jobs of the queue. */
  readonly chunks: number;
}

/** Told before the answer where more are to be told, and by one job of the worker after it (`steps/fan-out.ts`). */
const MOST_INLINE = 200;
const CONNECTIONS_A_JOB = 250;

/** Of a member's item and of a job's target, with ids as Cognito and API Gateway give them. */
const MEMBER_BYTES = 178;
const TARGET_BYTES = 86;
/** The queue counts a request for each 64 KB. */
const QUEUE_UNIT_BYTES = 64 * 1024;
const READ_UNIT_BYTES = 4 * 1024;

/**
 * What a message of 200 bytes costs that answers nobody and mentions nobody: sent with `afterSeq` at the tail by a
 * function that remembers the group, told to connections outside of its room, within the quarter hour that has moved
 * the members' rows already. Later than others by the five seconds that the worker gathers, so that it has a look of
 * its own at the head. Every push succeeds in time.
 */
export function costOfMessage(message: GroupMessage): MessageCost {
  const pushes = message.online * message.devices - 1;
  const left = pushes > MOST_INLINE ? pushes - MOST_INLINE : 0;
  const jobs = Array.from({ length: Math.ceil(left / CONNECTIONS_A_JOB) }, (_, index) =>
    Math.min(CONNECTIONS_A_JOB, left - index * CONNECTIONS_A_JOB),
  );
  return costWithJobs(message, jobs);
}

/** The same where the worker's jobs tell so many connections each. */
export function costWithJobs(message: GroupMessage, jobs: readonly number[]): MessageCost {
  const { members, online, devices } = message;
  const pushes = online * devices - 1;
  const list = pushes > 0 ? Math.ceil((members * MEMBER_BYTES) / READ_UNIT_BYTES) / 2 : 0;
  const sent = jobs.reduce((bytes, targets) => bytes + targets * TARGET_BYTES, 0);
  return {
    pushes,
    chunks: jobs.length,
    gatewayMessages: 2 + pushes,
    // The message, the head, how far its sender has read.
    WRU: 3,
    // The sender's member item, everybody's connections, where those outside the room stand; the worker's look.
    RRU: 1 + members + list + 1 + jobs.reduce((sum, targets) => sum + readByJob(message, targets, list), 0),
    invocations: 2 + jobs.length,
    // All are sent at once; each is received and deleted by itself.
    queueRequests: Math.ceil(sent / QUEUE_UNIT_BYTES) + 2 * jobs.length,
  };
}

/** The message and the head; the users told, where all stand, and who sent it, from any replica. */
function readByJob({ online, devices }: GroupMessage, targets: number, list: number): number {
  const pushes = online * devices - 1;
  const hasSender = isAmong(devices - 1, targets, pushes);
  const users = (online - 1) * isAmong(devices, targets, pushes) + hasSender;
  return 2 + users / 2 + list + (1 + (1 - hasSender)) / 2;
}

/** How likely it is that of `drawn` out of `all` connections one is among these `own`. */
function isAmong(own: number, drawn: number, all: number): number {
  let none = 1;
  for (let index = 0; index < own; index += 1) none *= Math.max(0, all - drawn - index) / (all - index);
  return 1 - none;
}
