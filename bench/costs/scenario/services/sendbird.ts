import { byArrangement, free, listedAt, type Counted, type Quote, type ServiceList } from "./listed.ts";

const ADDRESS = "https://sendbird.com/pricing/chat";
const september = listedAt({ address: ADDRESS, seen: "2026-09-30", read: "copy" });
const july = listedAt({ address: ADDRESS, seen: "2026-07", read: "copy" });
const may = listedAt({ address: ADDRESS, seen: "2026-05-04", read: "copy" });

const FREE = { users: september(100), connections: september(10) };

/** "Starter", billed by the year. */
const STEPS = [
  { users: september(5_000), dollars: september(349) },
  { users: july(10_000), dollars: july(499) },
  { users: july(25_000), dollars: july(1_199) },
] as const;

/** Of a step's users, so many may be connected at once. */
const CONNECTED_SHARE = may(0.05);

export const SENDBIRD: ServiceList = {
  name: "Sendbird",
  figures: [...Object.values(FREE), ...STEPS.flatMap((step) => Object.values(step)), CONNECTED_SHARE],
  quote({ users, connectionsAtPeak }: Counted): Quote {
    if (users <= FREE.users.value && connectionsAtPeak <= FREE.connections.value) {
      return free("Developer");
    }
    const step = STEPS.find((candidate) => users <= candidate.users.value);
    if (step === undefined) return byArrangement("the list ends at 25,000 users");
    const plan = `Starter, ${step.users.value.toLocaleString("en")} users`;
    const connections = step.users.value * CONNECTED_SHARE.value;
    if (connectionsAtPeak <= connections)
      return { kind: "listed", dollars: step.dollars.value, plan, notes: [] };
    const notes = [
      `${connections.toLocaleString("en")} connections at once are included, the price of more was not found`,
    ];
    return { kind: "at least", dollars: step.dollars.value, plan, notes };
  },
};
