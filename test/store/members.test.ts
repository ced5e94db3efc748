import { beforeAll, beforeEach, expect, it } from "vitest";
import type { MemberRecord } from "../../lambdas/chat/model/records.ts";
import type { MemberStore } from "../../lambdas/chat/ports.ts";
import { createMemberStore } from "../../lambdas/store/members.ts";
import { describeOnEngine } from "../support/engine.ts";
import { freshConversationId } from "../support/made-records.ts";

describeOnEngine("the members of a group", (table) => {
  let members: MemberStore;
  let conversationId: string;
  beforeAll(() => {
    members = createMemberStore(table());
  });
  beforeEach(() => {
    conversationId = freshConversationId();
  });

  const aMember = (fields: Partial<MemberRecord> = {}): MemberRecord => ({
    userId: "a#b %23 😀",
    role: "member",
    joinedAt: 1_700_000_000_000,
    joinedSeq: 3,
    asOfSeq: 3,
    readSeq: 3,
    readSystems: 2,
    readAt: null,
    ...fields,
  });
  const stored = async (userId = aMember().userId): Promise<MemberRecord | null> =>
    members.get(conversationId, userId);

  it("come back as they were stored, one by one, some, and all, very long ids too", async () => {
    const all = [aMember(), aMember({ userId: "😀".repeat(255), role: "owner" }), aMember({ userId: "bob" })];
    for (const member of all) await members.derive(conversationId, member);
    for (const member of all) expect(await stored(member.userId)).toEqual(member);
    const some = await members.getMany(conversationId, ["bob", "nobody"], "strong");
    expect([...some.entries()]).toEqual([["bob", all[2]]]);
    const listed = await members.list(conversationId, "strong");
    expect(listed).toHaveLength(3);
    expect(listed).toEqual(expect.arrayContaining(all));
    expect(await stored("nobody")).toBeNull();
  });

  it("are as of the latest message that changed them, in whatever order it comes", async () => {
    await members.derive(conversationId, aMember({ asOfSeq: 7, role: "admin" }));
    await members.derive(conversationId, aMember({ asOfSeq: 5, role: null }));
    await members.derive(conversationId, aMember({ asOfSeq: 7, role: "member" }));
    expect(await stored()).toEqual(aMember({ asOfSeq: 7, role: "admin" }));
  });

  it("stay without a role when they have gone, and are not listed", async () => {
    await members.derive(conversationId, aMember());
    await members.derive(conversationId, aMember({ asOfSeq: 5, role: null }));
    expect(await stored()).toEqual(aMember({ asOfSeq: 5, role: null }));
    expect(await members.list(conversationId, "strong")).toEqual([]);
  });

  it("keep which message mentioned them last, unless they have gone", async () => {
    await members.derive(conversationId, aMember());
    const { userId } = aMember();
    for (const seq of [7, 5]) await members.mention(conversationId, userId, seq);
    expect(await stored()).toEqual(aMember({ mentionedSeq: 7 }));
    await members.derive(conversationId, aMember({ asOfSeq: 8, role: null }));
    await members.mention(conversationId, userId, 9);
    await members.mention(conversationId, "nobody", 9);
    expect(await stored()).toEqual(aMember({ asOfSeq: 8, role: null, mentionedSeq: 7 }));
    expect(await stored("nobody")).toBeNull();
  });

  it("keep their read position in a new role, and begin anew when they come back", async () => {
    await members.derive(conversationId, aMember());
    await members.read(conversationId, aMember().userId, { readSeq: 9, readSystems: 4, readAt: 99 });
    await members.derive(conversationId, aMember({ asOfSeq: 11, role: "admin" }));
    expect(await stored()).toEqual(
      aMember({ asOfSeq: 11, role: "admin", readSeq: 9, readSystems: 4, readAt: 99 }),
    );
    await members.derive(conversationId, aMember({ asOfSeq: 12, role: null }));
    const back = aMember({ asOfSeq: 20, joinedSeq: 20, readSeq: 20, readSystems: 6, readAt: 200 });
    await members.derive(conversationId, back);
    expect(await stored()).toEqual(back);
  });

  it("read forward, never back, and not once they have gone", async () => {
    await members.derive(conversationId, aMember());
    const { userId } = aMember();
    const read = (readSeq: number) =>
      members.read(conversationId, userId, { readSeq, readSystems: readSeq - 1, readAt: 10 * readSeq });
    expect(await read(8)).toEqual(aMember({ readSeq: 8, readSystems: 7, readAt: 80 }));
    expect(await read(6)).toEqual(aMember({ readSeq: 8, readSystems: 7, readAt: 80 }));
    const gone = aMember({ asOfSeq: 9, role: null, readSeq: 8, readSystems: 7, readAt: 80 });
    await members.derive(conversationId, gone);
    expect(await read(9)).toEqual(gone);
    expect(
      await members.read(conversationId, "nobody", { readSeq: 1, readSystems: 0, readAt: 1 }),
    ).toBeNull();
  });

  it("have settings of their own, which go when they come anew, and none once they have gone", async () => {
    await members.derive(conversationId, aMember());
    const { userId } = aMember();
    expect(await members.set(conversationId, userId, { pinned: true, mutedUntil: 9 }, 0)).toEqual({
      type: "set",
      member: aMember({ pinned: true, mutedUntil: 9 }),
    });
    expect(await members.set(conversationId, userId, { mutedUntil: 0, archiveTurn: 1 }, 0)).toEqual({
      type: "set",
      member: aMember({ pinned: true, mutedUntil: 0, archiveTurn: 1 }),
    });
    expect(await members.set(conversationId, userId, { archiveTurn: 1 }, 0)).toEqual({
      type: "conflict",
      member: aMember({ pinned: true, mutedUntil: 0, archiveTurn: 1 }),
    });
    expect(await members.set(conversationId, userId, { archiveTurn: 2 }, 1)).toMatchObject({ type: "set" });
    await members.derive(conversationId, aMember({ asOfSeq: 9, role: null }));
    expect(await members.set(conversationId, userId, { pinned: false }, 2)).toBeNull();
    expect(await members.set(conversationId, "nobody", { pinned: true }, 0)).toBeNull();
    const back = aMember({ asOfSeq: 12, joinedSeq: 12, readSeq: 12 });
    await members.derive(conversationId, back);
    expect(await stored()).toEqual(back);
  });
});
