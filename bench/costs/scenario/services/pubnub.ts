import { free, listedAt, type Counted, type Quote, type ServiceList } from "./listed.ts";

const may = listedAt({ address: "https://www.pubnub.com/pricing/", seen: "2026-05-08", read: "copy" });
const docs = listedAt({
  address: "https://www.pubnub.com/docs/resources/pricing",
  seen: "undated",
  read: "page",
});

const FREE = { users: may(200) };
const STARTER = { users: may(1_000), dollars: may(98) };

/** Of up to 2 KB. Beyond Starter the list by users is by arrangement; transactions have a price of their own. */
const TRANSACTION = {
  /** One that every region takes: a message published. */
  replicated: docs(0.000123),
  /** One that stays in a region: a message received, a history asked for. */
  edge: docs(0.000033),
  /** A receipt is one. */
  reaction: docs(0.000025),
  signal: docs(0.000008),
  /** A GB and month of what is kept. */
  gigabyte: docs(8),
};
const TRANSACTION_BYTES = 2_048;

export const PUBNUB: ServiceList = {
  name: "PubNub",
  figures: [...Object.values(FREE), ...Object.values(STARTER), ...Object.values(TRANSACTION)],
  quote(counted: Counted): Quote {
    const { users } = counted;
    if (users <= FREE.users.value) return free("Free");
    const dollars = byTransactions(counted);
    if (users <= STARTER.users.value && STARTER.dollars.value <= dollars) {
      return { kind: "listed", dollars: STARTER.dollars.value, plan: "Starter", notes: [] };
    }
    const notes = ["by users it is by arrangement beyond 1,000"];
    return { kind: "listed", dollars, plan: "by transactions", notes };
  },
};

function byTransactions(counted: Counted): number {
  const { replicated, edge, reaction, signal, gigabyte } = TRANSACTION;
  const parts = Math.ceil(counted.messages === 0 ? 0 : counted.messageBytes / TRANSACTION_BYTES);
  return (
    counted.messages * parts * replicated.value +
    (counted.deliveries * parts + counted.receiptDeliveries + counted.typingDeliveries) * edge.value +
    (counted.lists + counted.openings + counted.sessions) * edge.value +
    counted.receipts * reaction.value +
    counted.typing * signal.value +
    (counted.storedBytes / 1e9) * gigabyte.value
  );
}
