import { beforeEach, describe, expect, it } from "vitest";
import { recognizeUser } from "../../../lambdas/chat/operations/recognize-user.ts";
import { signOutUser } from "../../../lambdas/chat/operations/sign-out-user.ts";
import type { Claims } from "../../../lambdas/chat/model/records.ts";
import { memoryChat, NO_QUEUE } from "../../support/memory/chat.ts";
import { MemoryDatabase } from "../../support/memory/database.ts";
import { CALM } from "../../support/memory/hooks.ts";

const NOW = Date.UTC(2030, 0, 1);

let now: number;
let database: MemoryDatabase;
let calls: string[];
let chat: ReturnType<typeof memoryChat>;
/** Another function environment over the same database. */
const warm = () =>
  memoryChat({
    database,
    now: () => now,
    hooks: {
      ...CALM,
      step({ name, phase }) {
        if (phase === "before") calls.push(name);
        return Promise.resolve();
      },
    },
  });
beforeEach(() => {
  now = NOW;
  database = new MemoryDatabase();
  calls = [];
  chat = warm();
});

const present = (claims: Claims, issuedAt: number | null): Promise<boolean> =>
  recognizeUser(chat, { userId: "ann", claims, issuedAt });
const written = (): number => calls.filter((name) => name === "users.saveClaims").length;

describe("whom a token names", () => {
  it("exists from then on, and is not read again while nothing is new", async () => {
    await present({ fullName: "Ann" }, 10);
    await present({ fullName: "Ann" }, 10);
    await present({}, null);
    // Whoever nobody knows may have been erased.
    const first = ["users.get", "users.isErased", "users.saveClaims"];
    expect(calls).toEqual(first);
    for (let times = 0; times < 3; times += 1) await present({ fullName: "Ann" }, 99);
    expect(calls).toEqual([...first, "users.get"]);
    expect(database.users.get("ann")).toMatchObject({
      claims: { fullName: "Ann" },
      claimedAt: { fullName: 10 },
    });
  });

  it("is as the later token says, however often an older one comes in between", async () => {
    for (let turn = 0; turn < 3; turn += 1) {
      await present({ fullName: "Ann" }, 10);
      await present({ fullName: "Anne" }, 20);
      chat = warm();
    }
    expect(database.users.get("ann")?.claims).toEqual({ fullName: "Anne" });
    expect(written()).toBe(2);
  });

  it("is as before again where a later token says so to whom remembers it so", async () => {
    await present({ fullName: "Ann" }, 10);
    const elsewhere = chat;
    chat = warm();
    await present({ fullName: "Anne" }, 20);
    chat = elsewhere;
    await present({ fullName: "Ann" }, 30);
    expect(database.users.get("ann")?.claims).toEqual({ fullName: "Ann" });
  });

  it("stays as first said in a second, where a token of the same one says otherwise", async () => {
    for (let turn = 0; turn < 3; turn += 1) {
      await present({ fullName: "Ann" }, 10);
      await present({ fullName: "Anne" }, 10);
      chat = warm();
    }
    expect(database.users.get("ann")?.claims).toEqual({ fullName: "Ann" });
    expect(written()).toBe(1);
  });

  it("is completed by a token of the same second that says more", async () => {
    await present({ handle: "ann" }, 10);
    await present({ handle: "ann", fullName: "Ann" }, 10);
    expect(database.users.get("ann")?.claims).toEqual({ handle: "ann", fullName: "Ann" });
  });

  it("is dated by claim: one that a token leaves out is no newer by it", async () => {
    await present({ handle: "ann", fullName: "Ann" }, 10);
    await present({ handle: "anne" }, 30);
    await present({ handle: "ann", fullName: "Ann B." }, 20);
    expect(database.users.get("ann")?.claims).toEqual({ handle: "anne", fullName: "Ann B." });
  });

  it("is told by a token without a date only where none with a date was seen", async () => {
    await present({ fullName: "Ann" }, null);
    await present({ fullName: "Anne" }, null);
    expect(database.users.get("ann")?.claims).toEqual({ fullName: "Anne" });
    await present({ fullName: "Anna" }, 10);
    await present({ fullName: "Ann" }, null);
    expect(database.users.get("ann")?.claims).toEqual({ fullName: "Anna" });
  });
});

describe("a token from before its user was signed out", () => {
  const signOut = (): Promise<void> => signOutUser(warm(), NO_QUEUE, "ann");

  it.each([
    ["earlier", NOW / 1000 - 1, false],
    ["of the same second", NOW / 1000, false],
    ["that does not say when", null, false],
    ["later", NOW / 1000 + 1, true],
  ])("counts no more, and says nothing: one that is %s", async (_name, issuedAt, counts) => {
    await present({ fullName: "Ann" }, 10);
    await signOut();
    chat = warm();
    expect(await present({ fullName: "Anne" }, issuedAt)).toBe(counts);
    expect(database.users.get("ann")?.claims).toEqual({ fullName: counts ? "Anne" : "Ann" });
  });

  it("counts no longer than a minute for whoever remembers its user", async () => {
    await present({ fullName: "Ann" }, 10);
    await signOut();
    now += 50_000;
    expect(await present({ fullName: "Ann" }, 10)).toBe(false);
    now += 1;
    expect(await present({ fullName: "Ann" }, 10)).toBe(false);
  });

  it("is nobody's where nobody is known", async () => {
    await expect(signOut()).rejects.toMatchObject({ code: "NOT_FOUND" });
    expect(database.users.get("ann")).toBeNull();
  });
});
