import { costOfMessage } from "../group-message.ts";
import { doingsOf, type Doings } from "./doings.ts";
import { groupOperationCosts, LIST_OF_GROUPS, OPERATION_COSTS, type Units } from "./operation-costs.ts";
import type { Scenario } from "./scenario.ts";
import { workOf, type Taken } from "./worker-costs.ts";

/** What a month takes of each service. */
export interface Usage {
  readonly doings: Doings;
  readonly gatewayMessages: number;
  readonly connectionMinutes: number;
  readonly httpRequests: number;
  readonly invocations: number;
  readonly WRU: number;
  readonly RRU: number;
  readonly queueRequests: number;
  readonly storedBytes: number;
  readonly loggedBytes: number;
  /** Of API Gateway's access logs. */
  readonly accessLogBytes: number;
  readonly sentBytes: number;
}

/** A message's item besides its content, and what DynamoDB adds to each item for storage. */
const MESSAGE_BYTES = 450;
const ITEM_OVERHEAD = 100;
const USER_BYTES = 1_200;
/** Of a conversation in somebody's list, with its two entries in indexes, and the share of its head. */
const ROW_BYTES = 1_100;
const WRITE_UNIT = 1_024;
const READ_UNIT = 4_096;
const HISTORY = 50;
const MEASURED_CONTENT = 200;

/** An event besides a message's content, with ids as Cognito gives them; a receipt, typing or presence event. */
const EVENT_BYTES = 540;
const SMALL_EVENT_BYTES = 160;
/** A list of twenty shows twenty previews, a history fifty messages. */
const LIST_BYTES = 20 * 900;

/** `npm run bench -- log-volume`: of a million sends that come evenly, each read over HTTP, 34 MB. */
const LOGGED_A_MESSAGE = 34;
/** docs/operations.md, "Logs". */
const ACCESS_LOG_BYTES = 300;

export function usageOf(scenario: Scenario): Usage {
  const doings = doingsOf(scenario);
  const { pushes } = doings;
  const worker = workOf(scenario, doings);
  const groups = costOfGroups(scenario, doings);
  const pairs = costOfPairs(scenario, doings);
  const others = costOfOthers(scenario, doings);
  const told = pushes.ofMessages + pushes.ofMarks + pushes.ofTyping + pushes.ofPresence;
  // A send, a mark, a join and a leave are answered; typing is not, and a ping is by the gateway itself.
  const framesAnswered = doings.messages + doings.marks + 2 * doings.openings + doings.pings;
  const httpRequests = doings.lists + doings.openings;
  const shown = EVENT_BYTES + scenario.messageBytes;
  return {
    doings,
    gatewayMessages: 2 * framesAnswered + doings.typing + told,
    connectionMinutes: doings.connectionMinutes,
    httpRequests,
    invocations: pairs.invocations + groups.invocations + others.invocations + worker.invocations,
    WRU: pairs.WRU + groups.WRU + others.WRU + worker.WRU,
    RRU: pairs.RRU + groups.RRU + others.RRU + worker.RRU,
    queueRequests: worker.queueRequests + groups.queueRequests,
    storedBytes:
      scenario.stored * (MESSAGE_BYTES + ITEM_OVERHEAD + scenario.messageBytes) +
      scenario.users * (USER_BYTES + scenario.peers * ROW_BYTES),
    loggedBytes: doings.messages * LOGGED_A_MESSAGE,
    accessLogBytes: httpRequests * ACCESS_LOG_BYTES,
    sentBytes:
      (pushes.ofMessages + doings.messages) * shown +
      (told - pushes.ofMessages + framesAnswered - doings.messages) * SMALL_EVENT_BYTES +
      doings.lists * LIST_BYTES +
      doings.openings * HISTORY * shown,
  };
}

/** A message of more than some 570 bytes takes more than one unit to write. */
const furtherWrites = ({ messageBytes }: Scenario): number =>
  Math.ceil((MESSAGE_BYTES + messageBytes) / WRITE_UNIT) - 1;

/** Rows of lists move once a burst: one unit and two for the index, for each participant. */
const rowMoves = ({ messagesABurst }: Scenario, participants: number): number =>
  (3 * participants) / messagesABurst;

function costOfPairs(scenario: Scenario, { toPairs }: Doings): Units {
  const { send } = OPERATION_COSTS;
  // Who sends where something stood unread reads by it, which writes the step that keeps `readAt`.
  const steps = 1 - scenario.recipientsOnline * scenario.readAtOnce;
  return {
    WRU: toPairs * (send.WRU + furtherWrites(scenario) + rowMoves(scenario, 2) + steps),
    RRU: toPairs * send.RRU,
    invocations: toPairs * send.invocations,
  };
}

function costOfGroups(scenario: Scenario, { toGroups }: Doings): Taken {
  const { groupSize, devices, recipientsOnline } = scenario;
  const online = 1 + (groupSize - 1) * recipientsOnline;
  const message = costOfMessage({ members: groupSize, online, devices });
  return {
    WRU: toGroups * (message.WRU + furtherWrites(scenario) + rowMoves(scenario, groupSize)),
    // The worker's look and invocation of each message are in `workOf`.
    RRU: toGroups * (message.RRU - 1),
    invocations: toGroups * (message.invocations - 1),
    queueRequests: toGroups * message.queueRequests,
  };
}

function costOfOthers(scenario: Scenario, doings: Doings): Units {
  const { groups } = scenario;
  const pair = OPERATION_COSTS;
  const group = groupOperationCosts(scenario.groupSize);
  const extraHistory = (HISTORY * Math.max(0, scenario.messageBytes - MEASURED_CONTENT)) / READ_UNIT / 2;
  const inPairs = doings.openings * (1 - groups);
  const inGroups = doings.openings * groups;
  return sumOf([
    [doings.sessions, pair.firstConnect],
    [doings.connections - doings.sessions, pair.furtherConnect],
    [doings.connections, pair.disconnect],
    [inPairs, pair.join],
    [inPairs, pair.leave],
    [inPairs, pair.history],
    [inGroups, group.join],
    [inGroups, group.leave],
    [inGroups, group.history],
    [doings.openings, { WRU: 0, RRU: extraHistory, invocations: 0 }],
    [doings.lists, pair.list],
    [doings.lists * groups, { WRU: 0, RRU: LIST_OF_GROUPS, invocations: 0 }],
    [doings.typing * (1 - groups), pair.typing],
    [doings.typing * groups, group.typing],
    [doings.marksOfPairs, pair.markRead],
    [doings.marks - doings.marksOfPairs, group.markRead],
  ]);
}

const sumOf = (parts: readonly (readonly [times: number, units: Units])[]): Units => ({
  WRU: parts.reduce((sum, [times, { WRU }]) => sum + times * WRU, 0),
  RRU: parts.reduce((sum, [times, { RRU }]) => sum + times * RRU, 0),
  invocations: parts.reduce((sum, [times, { invocations }]) => sum + times * invocations, 0),
});
