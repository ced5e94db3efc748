import { byArrangement, free, listedAt, type Counted, type Quote, type ServiceList } from "./listed.ts";

const pricing = listedAt({
  address: "https://ably.com/docs/platform/pricing",
  seen: "2026-08-03",
  read: "page",
});
const counting = listedAt({
  address: "https://ably.com/docs/pub-sub/pricing",
  seen: "2026-08-03",
  read: "page",
});

const FREE = {
  messages: pricing(6e6),
  connections: pricing(200),
  channels: pricing(200),
  messagesASecond: pricing(500),
};
const PACKAGES = [
  {
    name: "Standard",
    dollars: pricing(29),
    connections: pricing(10_000),
    channels: pricing(10_000),
    messagesASecond: pricing(2_500),
  },
  {
    name: "Pro",
    dollars: pricing(399),
    connections: pricing(50_000),
    channels: pricing(50_000),
    messagesASecond: pricing(10_000),
  },
] as const;

/** Before the discounts for volume, whose steps are not in the list: down to $0.50, $0.20 and $0.01. */
const MESSAGE = pricing(2.5 / 1e6);
const CHANNEL_MINUTE = pricing(1 / 1e6);
const CONNECTION_MINUTE = pricing(1 / 1e6);
const USER = { dollars: pricing(0.05), messages: pricing(20_000), connectionMinutes: pricing(2_000) };

/** What counts as a message besides itself and its deliveries. */
const KEPT = counting(1);
/** A history tells each message it shows. */
const HISTORY = 50;

export const ABLY: ServiceList = {
  name: "Ably",
  figures: [
    ...Object.values(FREE),
    ...PACKAGES.flatMap(({ name: _, ...figures }) => Object.values(figures)),
    MESSAGE,
    CHANNEL_MINUTE,
    CONNECTION_MINUTE,
    ...Object.values(USER),
    KEPT,
  ],
  quote(counted: Counted): Quote {
    const messages = messagesOf(counted);
    if (isWithin(FREE, counted) && messages <= FREE.messages.value) {
      return free("Free");
    }
    const taken = PACKAGES.find((candidate) => isWithin(candidate, counted));
    if (taken === undefined)
      return byArrangement("the list ends at 50,000 connections at once and 10,000 messages a second");
    const byMinute =
      messages * MESSAGE.value +
      counted.userMinutes * CHANNEL_MINUTE.value +
      counted.connectionMinutes * CONNECTION_MINUTE.value;
    const { users } = counted;
    const byUser =
      users * USER.dollars.value +
      Math.max(0, messages - users * USER.messages.value) * MESSAGE.value +
      Math.max(0, counted.connectionMinutes - users * USER.connectionMinutes.value) * CONNECTION_MINUTE.value;
    const plan = `${taken.name}, by ${byMinute <= byUser ? "minute" : "user"}`;
    const notes = ["before discounts for volume, whose steps are not listed"];
    return { kind: "listed", dollars: taken.dollars.value + Math.min(byMinute, byUser), plan, notes };
  },
};

function isWithin(
  limits: Pick<typeof FREE, "connections" | "channels" | "messagesASecond">,
  counted: Counted,
): boolean {
  return (
    counted.connectionsAtPeak <= limits.connections.value &&
    counted.usersAtPeak <= limits.channels.value &&
    counted.messagesASecond <= limits.messagesASecond.value
  );
}

const messagesOf = (counted: Counted): number =>
  counted.messages * (1 + KEPT.value) +
  counted.deliveries +
  counted.receipts +
  counted.receiptDeliveries +
  counted.typing +
  counted.typingDeliveries +
  counted.openings * HISTORY;
