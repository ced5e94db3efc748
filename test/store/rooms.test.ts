import { beforeAll, beforeEach, expect, it } from "vitest";
import type { UserStore } from "../../lambdas/chat/ports.ts";
import { createUserStore } from "../../lambdas/store/users.ts";
import { describeOnEngine } from "../support/engine.ts";
import { aChange, freshConversationId, freshUserId, storeUser } from "../support/made-records.ts";

const MAX_ROOMS = 10;

describeOnEngine("rooms in the user store", (table) => {
  let users: UserStore;
  let me: string;
  beforeAll(() => {
    users = createUserStore(table());
  });
  beforeEach(() => {
    me = freshUserId();
  });

  const roomsOf = async (connectionId: string): Promise<readonly string[] | undefined> => {
    const user = await users.get(me, "strong");
    const connection = user?.connections.find(({ id }) => id === connectionId);
    return connection && [...connection.rooms].toSorted();
  };
  const join = (connectionId: string, room: string) => users.joinRoom(me, connectionId, room, MAX_ROOMS);

  it("puts one connection in a room and leaves the user's others out", async () => {
    await storeUser(users, me, ["c1", "c2"]);
    const room = freshConversationId();
    const joined = await join("c1", room);
    expect(joined).toMatchObject({ type: "joined", user: { id: me } });
    expect(await roomsOf("c1")).toEqual([room]);
    expect(await roomsOf("c2")).toEqual([]);
  });

  it("takes a second join and a second leave as done", async () => {
    await storeUser(users, me, ["c1"]);
    const room = freshConversationId();
    await join("c1", room);
    expect(await join("c1", room)).toMatchObject({ type: "joined" });
    await users.leaveRoom(me, "c1", room);
    await users.leaveRoom(me, "c1", room);
    expect(await roomsOf("c1")).toEqual([]);
  });

  it("leaves nothing behind for a connection, or a user, that is not there", async () => {
    await storeUser(users, me, ["c1"]);
    const room = freshConversationId();
    expect(await join("c2", room)).toEqual({ type: "not_connected" });
    await users.leaveRoom(me, "c2", room);
    expect((await users.get(me, "strong"))?.connections.map(({ id }) => id)).toEqual(["c1"]);

    const nobody = freshUserId();
    expect(await users.joinRoom(nobody, "c1", room, MAX_ROOMS)).toEqual({ type: "not_connected" });
    await users.leaveRoom(nobody, "c1", room);
    expect(await users.get(nobody, "strong")).toBeNull();
  });

  it("has ten places, also for twenty joins at once", async () => {
    await storeUser(users, me, ["c1"]);
    const rooms = Array.from({ length: 20 }, freshConversationId);
    const outcomes = await Promise.all(rooms.map((room) => join("c1", room)));
    const joined = rooms.filter((_, index) => outcomes[index]?.type === "joined");
    expect(joined).toHaveLength(MAX_ROOMS);
    expect(outcomes.filter(({ type }) => type === "no_room_left")).toHaveLength(10);
    expect(await roomsOf("c1")).toEqual(joined.toSorted());

    expect(await join("c1", joined[0]!)).toMatchObject({ type: "joined" });
    await users.leaveRoom(me, "c1", joined[0]!);
    expect(await join("c1", freshConversationId())).toMatchObject({ type: "joined" });
    expect(await join("c1", freshConversationId())).toEqual({ type: "no_room_left" });
  });

  it("never brings a removed connection back, whichever of join and removal is first", async () => {
    for (let round = 0; round < 15; round += 1) {
      const user = await storeUser(users, me, ["keep", `gone-${round}`]);
      const removal = aChange(user, { remove: [`gone-${round}`] });
      const [, removed] = await Promise.all([
        join(`gone-${round}`, freshConversationId()),
        users.changePresence(me, user.revision, removal),
      ]);
      expect(removed.type).toBe("changed");
      const now = await users.get(me, "strong");
      expect(now?.connections.map(({ id }) => id)).toEqual(["keep"]);
    }
  });
});
