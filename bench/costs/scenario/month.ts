import { costOfMessage } from "../group-message.ts";
import { OPERATION_COSTS, type Units } from "./operation-costs.ts";
import { DAYS, type Scenario } from "./scenario.ts";

/** How often what happens in a month. */
export interface Doings {
  readonly messages: number;
  readonly toPairs: number;
  readonly toGroups: number;
  readonly typing: number;
  readonly marks: number;
  readonly lists: number;
  readonly openings: number;
  /** Times that a user comes online, and goes. */
  readonly sessions: number;
  readonly connections: number;
  readonly pings: number;
  readonly connectionMinutes: number;
  /** Events told to connections of others or to one's own other ones: calls of the management API. */
  readonly pushes: Pushes;
}

interface Pushes {
  readonly ofMessages: number;
  readonly ofMarks: number;
  readonly ofTyping: number;
  readonly ofPresence: number;
}

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

/** The client replaces a connection before the gateway ends it after two hours, and keeps it from idling out. */
const RENEWED_AFTER_MINUTES = 110;
const PING_EVERY_MINUTES = 4;

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

const GATHERED_SECONDS = 5;
const RECORDS_A_BATCH = 100;
const SWEEP_EVERY_MINUTES = 5;
const SWEEP_SHARDS = 16;
const SWEPT_AT_ONCE = 100;
/**
 * Lambda asks an empty queue by long polls, which last 20 seconds; that five go on at once follows from its beginning
 * with five batches at a time (Lambda's developer guide, "Configuring scaling behavior for SQS").
 */
const IDLE_POLLS_A_MINUTE = 15;

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

function doingsOf(scenario: Scenario): Doings {
  const { users, devices, groups, groupSize, recipientsOnline, readAtOnce, peers } = scenario;
  const messages = scenario.messagesADay * DAYS;
  const [toPairs, toGroups] = [messages * (1 - groups), messages * groups];
  const sessions = users * scenario.sessions * DAYS;
  const minutes = users * scenario.hoursOnline * 60 * devices * DAYS;
  const connections = sessions * devices + minutes / RENEWED_AFTER_MINUTES;
  const own = devices - 1;
  const othersInGroup = (groupSize - 1) * recipientsOnline;
  const marksOfPairs = toPairs * recipientsOnline * readAtOnce;
  const marksOfGroups = toGroups * othersInGroup * readAtOnce;
  // In groups of more than 100 members a receipt goes to the reader's own devices alone.
  const toldOfMark = own + (groupSize > 100 ? 0 : (1 + othersInGroup - recipientsOnline) * devices);
  const typing = messages * scenario.typing;
  return {
    messages,
    toPairs,
    toGroups,
    typing,
    marks: marksOfPairs + marksOfGroups,
    lists: users * scenario.lists * DAYS,
    openings: users * scenario.openings * DAYS,
    sessions,
    connections,
    pings: minutes / PING_EVERY_MINUTES,
    connectionMinutes: minutes,
    pushes: {
      ofMessages: toPairs * (own + recipientsOnline * devices) + toGroups * (own + othersInGroup * devices),
      ofMarks: marksOfPairs * (own + devices) + marksOfGroups * toldOfMark,
      // To connections in the room: of those online, one a user.
      ofTyping:
        scenario.typing * (toPairs * recipientsOnline + (groupSize > 100 ? 0 : toGroups * othersInGroup)),
      ofPresence: 2 * sessions * peers * scenario.onlineAtPeak * devices,
    },
  };
}

interface Taken extends Units {
  readonly queueRequests: number;
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
  const costs = OPERATION_COSTS;
  const extraHistory = (HISTORY * Math.max(0, scenario.messageBytes - MEASURED_CONTENT)) / READ_UNIT / 2;
  const history = { ...costs.history, RRU: costs.history.RRU + extraHistory };
  return sumOf([
    [doings.sessions, costs.firstConnect],
    [doings.connections - doings.sessions, costs.furtherConnect],
    [doings.connections, costs.disconnect],
    [doings.openings, costs.join],
    [doings.openings, costs.leave],
    [doings.openings, history],
    [doings.lists, costs.list],
    [doings.typing, costs.typing],
    [doings.marks, costs.markRead],
  ]);
}

const sumOf = (parts: readonly (readonly [times: number, units: Units])[]): Units => ({
  WRU: parts.reduce((sum, [times, { WRU }]) => sum + times * WRU, 0),
  RRU: parts.reduce((sum, [times, { RRU }]) => sum + times * RRU, 0),
  invocations: parts.reduce((sum, [times, { invocations }]) => sum + times * invocations, 0),
});

/**
 * The worker: its look after messages it gathers, presence that is settled and told, and the sweep, which comes whether
 * anybody is there or not. Jobs are received and deleted each by itself.
 */
function workOf({ users, hoursOnline, peers }: Scenario, { messages, sessions }: Doings): Taken {
  const { settle } = OPERATION_COSTS;
  const minutes = DAYS * 24 * 60;
  const windows = (minutes * 60) / GATHERED_SECONDS;
  const looks = Math.max(Math.min(messages, windows), messages / RECORDS_A_BATCH);
  const sweeps = minutes / SWEEP_EVERY_MINUTES;
  const online = (users * hoursOnline) / 24;
  const swept = online / SWEPT_AT_ONCE;
  // The rows of one's conversations, some 35 a half unit, and each peer's record from any replica.
  const toTell = peers / 35 / 2 + peers / 2;
  // In tasks of 100 peers, beyond the first.
  const tasks = Math.max(0, Math.ceil(peers / 100) - 1);
  return {
    WRU: sessions * settle.WRU,
    RRU:
      messages + sessions * (settle.RRU + 2 * toTell) + sweeps * (SWEEP_SHARDS / 2 + online * (1 + 1 / 80)),
    invocations:
      looks + sessions * (settle.invocations + 2 * (1 + tasks)) + sweeps * (1 + SWEEP_SHARDS + swept),
    queueRequests:
      minutes * IDLE_POLLS_A_MINUTE +
      sessions * (3 + 2 * tasks * 3) +
      sweeps * (2 + 2 * SWEEP_SHARDS + swept * 2.1),
  };
}
