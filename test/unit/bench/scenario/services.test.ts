import { describe, expect, it } from "vitest";
import type { Counted } from "../../../../bench/costs/scenario/services/listed.ts";
import { ABLY } from "../../../../bench/costs/scenario/services/ably.ts";
import { PUBNUB } from "../../../../bench/costs/scenario/services/pubnub.ts";
import { SERVICE_LISTS } from "../../../../bench/costs/scenario/services/quotes.ts";
import { SENDBIRD } from "../../../../bench/costs/scenario/services/sendbird.ts";
import { STREAM } from "../../../../bench/costs/scenario/services/stream.ts";

/** Nothing but what a test says. */
const counted = (given: Partial<Counted>): Counted => ({
  users: 0,
  connectionsAtPeak: 0,
  usersAtPeak: 0,
  connectionMinutes: 0,
  userMinutes: 0,
  messages: 0,
  messageBytes: 200,
  deliveries: 0,
  receipts: 0,
  receiptDeliveries: 0,
  typing: 0,
  typingDeliveries: 0,
  lists: 0,
  openings: 0,
  sessions: 0,
  stored: 0,
  storedBytes: 0,
  messagesASecond: 0,
  ...given,
});

describe("Stream", () => {
  it.each([
    [1_000, 0],
    [1_001, 399],
    [10_000, 399],
    [10_001, 399.09],
    // From here on the next step is cheaper than further users of this one.
    [17_222, 399 + 7_222 * 0.09],
    [17_223, 1_049],
    [25_000, 1_049],
    [25_001, 1_049.09],
    [33_889, 1_849],
    [50_000, 1_849],
  ])("%d users: $%d", (users, dollars) => {
    const quote = STREAM.quote(counted({ users }));
    expect(quote.kind === "by arrangement" ? null : quote.dollars).toBeCloseTo(dollars, 6);
  });

  it("ends at 50,000 users", () => {
    expect(STREAM.quote(counted({ users: 50_001 })).kind).toBe("by arrangement");
  });

  it("is at least so much where more are connected than is included, or where that was not found", () => {
    const at = (users: number, connectionsAtPeak: number) =>
      STREAM.quote(counted({ users, connectionsAtPeak })).kind;
    expect([at(1_000, 100), at(1_000, 101)]).toEqual(["listed", "at least"]);
    expect([at(10_000, 500), at(10_000, 501)]).toEqual(["listed", "at least"]);
    expect(at(25_000, 1)).toBe("at least");
  });

  it("charges calls, queries and stored messages beyond what is included", () => {
    const of = (given: Partial<Counted>) => {
      const quote = STREAM.quote(counted({ users: 10_000, ...given }));
      return quote.kind === "by arrangement" ? null : quote.dollars;
    };
    expect(of({ messages: 2e6, stored: 5e6 })).toBeCloseTo(399, 6);
    expect(of({ messages: 3e6 })).toBeCloseTo(399 + 7, 6);
    expect(of({ stored: 6e6 })).toBeCloseTo(399 + 5, 6);
    expect(of({ lists: 200_000 })).toBeCloseTo(399, 6);
    expect(of({ lists: 300_000 })).toBeCloseTo(399 + 2.5, 6);
  });
});

describe("Sendbird", () => {
  it.each([
    [100, 0],
    [101, 349],
    [5_000, 349],
    [5_001, 499],
    [10_000, 499],
    [10_001, 1_199],
    [25_000, 1_199],
  ])("%d users: $%d", (users, dollars) => {
    expect(SENDBIRD.quote(counted({ users }))).toMatchObject({ kind: "listed", dollars });
  });

  it("ends at 25,000 users, and includes a twentieth of them at once", () => {
    expect(SENDBIRD.quote(counted({ users: 25_001 })).kind).toBe("by arrangement");
    const at = (users: number, connectionsAtPeak: number) => {
      const quote = SENDBIRD.quote(counted({ users, connectionsAtPeak }));
      return `${quote.kind}, ${quote.plan}`;
    };
    expect(at(100, 11)).toBe("listed, Starter, 5,000 users");
    expect(at(5_000, 250)).toBe("listed, Starter, 5,000 users");
    expect(at(5_000, 251)).toBe("at least, Starter, 5,000 users");
  });
});

describe("Ably", () => {
  it("is free up to 200 at once, 6 million messages and 500 a second", () => {
    const plan = (given: Partial<Counted>) => ABLY.quote(counted({ users: 1, ...given })).plan;
    expect(plan({ connectionsAtPeak: 200, usersAtPeak: 200, deliveries: 6e6, messagesASecond: 500 })).toBe(
      "Free",
    );
    expect(plan({ connectionsAtPeak: 201 })).toMatch(/^Standard/);
    expect(plan({ usersAtPeak: 201 })).toMatch(/^Standard/);
    expect(plan({ deliveries: 6e6 + 1 })).toMatch(/^Standard/);
    expect(plan({ messagesASecond: 501 })).toMatch(/^Standard/);
  });

  it("goes on to Pro and then by arrangement", () => {
    const plan = (given: Partial<Counted>) => ABLY.quote(counted(given)).plan;
    expect(plan({ connectionsAtPeak: 10_000 })).toMatch(/^Standard/);
    expect(plan({ connectionsAtPeak: 10_001 })).toMatch(/^Pro/);
    expect(plan({ messagesASecond: 2_501 })).toMatch(/^Pro/);
    expect(plan({ connectionsAtPeak: 50_000, messagesASecond: 10_000 })).toMatch(/^Pro/);
    expect(plan({ connectionsAtPeak: 50_001 })).toBe("by arrangement");
    expect(plan({ messagesASecond: 10_001 })).toBe("by arrangement");
  });

  it("charges messages, also those kept, channels and connections by minute, or users if that is less", () => {
    const busy = {
      connectionsAtPeak: 201,
      messages: 1e6,
      deliveries: 8e6,
      connectionMinutes: 3e6,
      userMinutes: 2e6,
    };
    expect(ABLY.quote(counted({ users: 1e6, ...busy }))).toMatchObject({
      plan: "Standard, by minute",
      dollars: 29 + 10 * 2.5 + 3 + 2,
    });
    // 2,000 connection minutes are included with each user.
    const long = { connectionsAtPeak: 201, connectionMinutes: 200e6, userMinutes: 200e6 };
    expect(ABLY.quote(counted({ users: 1_000, ...long }))).toMatchObject({
      plan: "Standard, by user",
      dollars: 29 + 50 + 198,
    });
  });
});

describe("PubNub", () => {
  it.each([
    [200, 0, "Free"],
    [201, 98, "Starter"],
    [1_000, 98, "Starter"],
  ])("%d users who write much: $%d", (users, dollars, plan) => {
    expect(PUBNUB.quote(counted({ users, messages: 1e6 }))).toMatchObject({ kind: "listed", dollars, plan });
  });

  it("is by transactions beyond 1,000 users, in parts of 2 KB", () => {
    const given = {
      users: 1_001,
      messages: 1e6,
      deliveries: 2e6,
      receipts: 1e6,
      typing: 1e6,
      storedBytes: 1e9,
    };
    const rest = 25 + 8 + 8;
    expect(PUBNUB.quote(counted({ ...given, messageBytes: 2_048 }))).toMatchObject({
      dollars: 123 + 66 + rest,
    });
    expect(PUBNUB.quote(counted({ ...given, messageBytes: 2_049 }))).toMatchObject({
      dollars: 246 + 132 + rest,
    });
  });

  it("is by transactions also below, where that costs less", () => {
    expect(PUBNUB.quote(counted({ users: 500, messages: 1_000 }))).toMatchObject({ plan: "by transactions" });
  });
});

it("every figure says where it stands and when it was seen", () => {
  for (const { figures } of SERVICE_LISTS) {
    expect(figures.length).toBeGreaterThan(5);
    for (const { value, source } of figures) {
      expect(Number.isFinite(value)).toBe(true);
      expect(source.address).toMatch(/^https:\/\//);
      expect(source.seen).toMatch(/^(2026-\d\d(-\d\d)?|undated)$/);
    }
  }
});
