import { describe, expect, it } from "vitest";
import { fanOut } from "../../../lambdas/chat/steps/fan-out.ts";
import type { Connection, UserRecord } from "../../../lambdas/chat/model/records.ts";
import { memoryChat, MemorySockets } from "../../support/memory/chat.ts";
import { MemoryDatabase } from "../../support/memory/database.ts";
import { newUser } from "../../support/memory/users.ts";

const NOW = Date.UTC(2030, 0, 1);
const FRAME = { type: "user_typing", conversationId: "c", userId: "bob" } as const;
const connection = (id: string, { since = NOW - 120_000, lease = NOW + 60_000 } = {}): Connection => ({
  id,
  since,
  lease,
  rooms: new Set(),
});

function scene(connections: readonly Connection[]) {
  const database = new MemoryDatabase();
  const user: UserRecord = { ...newUser("ann"), state: "on", version: 1, revision: 1, connections };
  database.users.set("ann", user);
  const sockets = new MemorySockets();
  const chat = memoryChat({ database, sockets, now: () => NOW });
  const left = (): readonly string[] => database.users.get("ann")!.connections.map(({ id }) => id);
  return { database, user, sockets, chat, left };
}

describe("fan-out", () => {
  it("pushes to live connections that are to be told", async () => {
    const { user, sockets, chat } = scene([connection("a"), connection("b")]);
    await fanOut(chat, [user], (_user, { id }) => (id === "a" ? null : FRAME));
    expect(sockets.pushed).toEqual([{ connectionId: "b", frame: FRAME }]);
  });

  it("takes a connection that is gone off the record, and with the last one the user", async () => {
    const { database, user, sockets, chat, left } = scene([connection("a")]);
    sockets.outcomeOf = () => "gone";
    await fanOut(chat, [user], () => FRAME);
    expect(left()).toEqual([]);
    expect(database.users.get("ann")).toMatchObject({ state: "leaving", version: 1, lastSeenAt: NOW });
  });

  it("leaves alone what fails for another reason", async () => {
    const { user, sockets, chat, left } = scene([connection("a")]);
    sockets.outcomeOf = () => "failed";
    await fanOut(chat, [user], () => FRAME);
    expect(left()).toEqual(["a"]);
  });

  it("takes nobody for dead who may still be inside $connect", async () => {
    const young = connection("young", { since: NOW - 59_999 });
    const old = connection("old", { since: NOW - 60_000 });
    const { user, sockets, chat, left } = scene([young, old]);
    sockets.outcomeOf = () => "gone";
    await fanOut(chat, [user], () => FRAME);
    expect(left()).toEqual(["young"]);
  });

  it("prunes only the lease it met: one that has registered anew since stays", async () => {
    const { database, user, sockets, chat, left } = scene([connection("a"), connection("b")]);
    const again = connection("a", { lease: NOW + 90_000 });
    database.users.set("ann", { ...user, revision: 2, connections: [again, connection("b")] });
    sockets.outcomeOf = () => "gone";
    await fanOut(chat, [user], () => FRAME);
    expect(left()).toEqual(["a"]);
  });

  it("pushes nothing to a connection whose token has expired, closes it and takes it off", async () => {
    const { user, sockets, chat, left } = scene([connection("a", { lease: NOW }), connection("b")]);
    await fanOut(chat, [user], () => FRAME);
    expect(sockets.pushed.map(({ connectionId }) => connectionId)).toEqual(["b"]);
    expect(sockets.closed).toEqual(["a"]);
    expect(left()).toEqual(["b"]);
  });

  it("does not fail whoever pushes when the clean-up fails", async () => {
    const { user, sockets, chat } = scene([connection("a")]);
    sockets.outcomeOf = () => "gone";
    const users = { ...chat.users, changePresence: () => Promise.reject(new Error("throttled")) };
    await expect(fanOut({ ...chat, users }, [user], () => FRAME)).resolves.toBeUndefined();
  });
});
