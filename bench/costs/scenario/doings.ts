import { TOLD_OF_TYPING } from "./operation-costs.ts";
import { DAYS, type Scenario } from "./scenario.ts";

/** How often what happens in a month. */
export interface Doings {
  readonly messages: number;
  readonly toPairs: number;
  readonly toGroups: number;
  readonly typing: number;
  readonly marks: number;
  readonly marksOfPairs: number;
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

/** The client replaces a connection before the gateway ends it after two hours, and keeps it from idling out. */
const RENEWED_AFTER_MINUTES = 110;
const PING_EVERY_MINUTES = 4;

export function doingsOf(scenario: Scenario): Doings {
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
  const isTold = groupSize <= TOLD_OF_TYPING;
  const toldOfMark = own + (!isTold ? 0 : (1 + othersInGroup - recipientsOnline) * devices);
  const typing = messages * scenario.typing;
  return {
    messages,
    toPairs,
    toGroups,
    typing,
    marks: marksOfPairs + marksOfGroups,
    marksOfPairs,
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
      ofTyping: scenario.typing * (toPairs * recipientsOnline + (isTold ? toGroups * othersInGroup : 0)),
      ofPresence: 2 * sessions * peers * scenario.onlineAtPeak * devices,
    },
  };
}
