import {
  byArrangement,
  free,
  listedAt,
  type Counted,
  type Listed,
  type Quote,
  type ServiceList,
} from "./listed.ts";

const ADDRESS = "https://getstream.io/chat/pricing/";
const september = listedAt({ address: ADDRESS, seen: "2026-09-23", read: "copy" });
const july = listedAt({ address: ADDRESS, seen: "2026-07", read: "copy" });
const limits = listedAt({
  address: "https://getstream.io/chat/docs/node/fair-usage-limits/",
  seen: "undated",
  read: "page",
});

/** Steps by users of the month, billed by the year. Connections included with the larger ones were not found. */
const STEPS: readonly {
  readonly users: Listed;
  readonly connections: Listed | null;
  readonly dollars: Listed;
}[] = [
  { users: september(1_000), connections: september(100), dollars: september(0) },
  { users: september(10_000), connections: september(500), dollars: september(399) },
  { users: july(25_000), connections: null, dollars: july(1_049) },
  { users: july(50_000), connections: null, dollars: july(1_849) },
];

/** Listed as $0.07 to $0.09 by step, which has which was not found: the dearest. */
const FURTHER_USER = july(0.09);

/** What a plan of so many dollars a year includes. Beyond the last calls are by arrangement. */
const INCLUDED: readonly {
  readonly dollarsAYear: Listed;
  readonly calls: Listed;
  readonly queries: Listed;
  readonly stored: Listed;
}[] = (
  [
    [6_000, 2e6, 200e3, 5e6],
    [15_000, 10e6, 1e6, 10e6],
    [25_000, 20e6, 2e6, 20e6],
    [50_000, 100e6, 10e6, 35e6],
  ] as const
).map(([dollarsAYear, calls, queries, stored]) => ({
  dollarsAYear: limits(dollarsAYear),
  calls: limits(calls),
  queries: limits(queries),
  stored: limits(stored),
}));
const CALL = limits(7 / 1e6);
const QUERY = limits(2.5 / 100_000);
const STORED_MESSAGE = limits(5 / 1e6);

export const STREAM: ServiceList = {
  name: "Stream",
  figures: [
    ...STEPS.flatMap(({ users, connections, dollars }) => [
      users,
      dollars,
      ...(connections === null ? [] : [connections]),
    ]),
    FURTHER_USER,
    ...INCLUDED.flatMap((band) => Object.values(band)),
    CALL,
    QUERY,
    STORED_MESSAGE,
  ],
  quote(counted: Counted): Quote {
    const step = stepFor(counted.users);
    if (step === null) return byArrangement("the list ends at 50,000 users");
    const notes = step.dollars === 0 ? [...free(step.plan).notes] : [];
    const further = furtherOf(counted, step.dollars);
    if (further > 0) notes.push("with calls, lists and stored messages beyond what is included");
    const { connections } = step;
    const isOver = connections !== null && counted.connectionsAtPeak > connections.value;
    if (isOver)
      notes.push(`${connections.value} connections at once are included, the price of more was not found`);
    if (connections === null) notes.push("how many connections at once are included was not found");
    const kind = isOver || connections === null ? "at least" : "listed";
    return { kind, dollars: step.dollars + further, plan: step.plan, notes };
  },
};

interface Chosen {
  readonly plan: string;
  readonly dollars: number;
  readonly connections: Listed | null;
}

/** The cheapest that takes so many: a step whole, or the one below it and the further users singly. */
function stepFor(users: number): Chosen | null {
  const choices = STEPS.map((step, index): Chosen & { readonly fits: boolean } => {
    const more = Math.max(0, users - step.users.value);
    const steps = STEPS.slice(index + 1);
    return {
      plan: `${step.users.value.toLocaleString("en")} users${more > 0 ? ` and ${more.toLocaleString("en")} more` : ""}`,
      dollars: step.dollars.value + more * FURTHER_USER.value,
      connections: step.connections,
      // The free one takes no more, the last one leads on to an arrangement.
      fits: more === 0 || (step.dollars.value > 0 && steps.some((next) => next.users.value >= users)),
    };
  }).filter(({ fits }) => fits);
  return choices.toSorted((one, other) => one.dollars - other.dollars)[0] ?? null;
}

/** Each event is told by the service itself; what a client asks for is a call, and a list or an opened conversation a query as well. */
function furtherOf(
  { messages, receipts, lists, openings, sessions, stored }: Counted,
  dollars: number,
): number {
  const last = INCLUDED.at(-1)!;
  const band = INCLUDED.find(({ dollarsAYear }) => dollars * 12 < dollarsAYear.value) ?? last;
  const queries = lists + openings;
  const calls = messages + receipts + queries + sessions;
  return (
    Math.max(0, calls - band.calls.value) * CALL.value +
    Math.max(0, queries - band.queries.value) * QUERY.value +
    Math.max(0, stored - band.stored.value) * STORED_MESSAGE.value
  );
}
