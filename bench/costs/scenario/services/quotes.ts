import { connectionsAtPeak } from "../peaks.ts";
import type { Usage } from "../month.ts";
import { DAYS, type Scenario } from "../scenario.ts";
import { ABLY } from "./ably.ts";
import type { Counted, Quote, ServiceList } from "./listed.ts";
import { PUBNUB } from "./pubnub.ts";
import { SENDBIRD } from "./sendbird.ts";
import { STREAM } from "./stream.ts";

export const SERVICE_LISTS: readonly ServiceList[] = [STREAM, ABLY, SENDBIRD, PUBNUB];

/** What each service lists for the scenario. */
export function quotesFor(scenario: Scenario, usage: Usage): ReadonlyMap<string, Quote> {
  const counted = countedOf(scenario, usage);
  return new Map(SERVICE_LISTS.map((list) => [list.name, list.quote(counted)]));
}

function countedOf(scenario: Scenario, { doings }: Usage): Counted {
  const { pushes } = doings;
  const told = pushes.ofMessages + pushes.ofMarks + pushes.ofTyping;
  const said = doings.messages + doings.marks + doings.typing;
  return {
    users: scenario.users,
    connectionsAtPeak: connectionsAtPeak(scenario),
    usersAtPeak: scenario.users * scenario.onlineAtPeak,
    connectionMinutes: doings.connectionMinutes,
    userMinutes: doings.connectionMinutes / scenario.devices,
    messages: doings.messages,
    messageBytes: scenario.messageBytes,
    deliveries: pushes.ofMessages,
    receipts: doings.marks,
    receiptDeliveries: pushes.ofMarks,
    typing: doings.typing,
    typingDeliveries: pushes.ofTyping,
    lists: doings.lists,
    openings: doings.openings,
    sessions: doings.sessions,
    stored: scenario.stored,
    storedBytes: scenario.stored * scenario.messageBytes,
    messagesASecond: (((said + told) / DAYS) * scenario.busiestHour) / 3_600,
  };
}
