/** Where a figure of a price list stands, and when that page was seen. */
export interface Source {
  readonly address: string;
  /** A day or month; "undated" where the copy at hand bears no date. */
  readonly seen: string;
  /** Whether the page itself was read, or a copy of its figures that somebody published. */
  readonly read: "page" | "copy";
}

/** A figure of a price list: dollars, or how many of something. */
export interface Listed {
  readonly value: number;
  readonly source: Source;
}

/** Figures that one page lists. */
export const listedAt =
  (source: Source) =>
  (value: number): Listed => ({ value, source });

/** What a service's list says of a scenario. Dollars by month, billed by the year where that is cheaper. */
export type Quote =
  | {
      readonly kind: "listed";
      readonly dollars: number;
      readonly plan: string;
      readonly notes: readonly string[];
    }
  /** Something that is charged, or refused, has no price in what was found. */
  | {
      readonly kind: "at least";
      readonly dollars: number;
      readonly plan: string;
      readonly notes: readonly string[];
    }
  /** Beyond the list's end. */
  | { readonly kind: "by arrangement"; readonly plan: string; readonly notes: readonly string[] };

export const byArrangement = (why: string): Quote => ({
  kind: "by arrangement",
  plan: "by arrangement",
  notes: [why],
});

/** What the services count of a month. */
export interface Counted {
  readonly users: number;
  readonly connectionsAtPeak: number;
  /** Users online when most are: each has a channel open. */
  readonly usersAtPeak: number;
  readonly connectionMinutes: number;
  /** Minutes that users are online, however many devices. */
  readonly userMinutes: number;
  readonly messages: number;
  readonly messageBytes: number;
  /** Devices that a message is told to, all messages together. */
  readonly deliveries: number;
  readonly receipts: number;
  readonly receiptDeliveries: number;
  readonly typing: number;
  readonly typingDeliveries: number;
  readonly lists: number;
  readonly openings: number;
  readonly sessions: number;
  readonly stored: number;
  readonly storedBytes: number;
  /** Messages in and out in the second of the busiest hour. */
  readonly messagesASecond: number;
}

/** A plan that costs nothing. */
export const free = (plan: string): Quote => ({
  kind: "listed",
  dollars: 0,
  plan,
  notes: ["what is free is meant for trying it out"],
});

export interface ServiceList {
  readonly name: string;
  readonly figures: readonly Listed[];
  quote(counted: Counted): Quote;
}
