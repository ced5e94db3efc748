import { expect } from "vitest";
import type { GroupFacts, MessageRecord, Role } from "../../../lambdas/chat/model/records.ts";

/** What a log makes of a group, told by the contract's words and by nothing of the rules. */
export interface Folded {
  readonly facts: Pick<GroupFacts, "memberCount" | "membershipSeq" | "systemCount" | "systemSeqs" | "title">;
  readonly members: ReadonlyMap<string, { readonly role: Role; readonly joinedSeq: number }>;
  /** Everybody who has ever belonged to it. */
  readonly ever: ReadonlySet<string>;
}

/** Folds a log, and holds that nobody did what they might not. */
export function foldGroup(log: readonly MessageRecord[], maxMembers: number): Folded {
  const members = new Map<string, { role: Role; joinedSeq: number }>();
  const ever = new Set<string>();
  let title = "";
  let membershipSeq = 0;
  const systemSeqs: number[] = [];
  const join = (id: string, role: Role, joinedSeq: number): void => {
    expect(members.has(id)).toBe(false);
    members.set(id, { role, joinedSeq });
    ever.add(id);
  };
  const be = (id: string, role: Role): void => {
    const member = members.get(id)!;
    expect(member).toBeDefined();
    members.set(id, { ...member, role });
  };
  log.forEach((message, index) => {
    const { seq, senderId, system } = message;
    expect(seq).toBe(index + 1);
    if (!system) return;
    systemSeqs.push(seq);
    const actor = members.get(senderId)?.role;
    if (system.event !== "created") expect(actor).toBeDefined();
    if (system.event !== "details_changed") membershipSeq = seq;
    switch (system.event) {
      case "created":
        expect(seq).toBe(1);
        join(senderId, "owner", 0);
        for (const id of system.userIds) join(id, "member", 0);
        ({ title } = system);
        break;
      case "members_added":
        expect(actor).not.toBe("member");
        expect(system.userIds.length).toBeGreaterThan(0);
        for (const id of system.userIds) join(id, "member", seq);
        expect(members.size).toBeLessThanOrEqual(maxMembers);
        break;
      case "member_removed": {
        const [id] = system.userIds;
        const role = members.get(id)!.role;
        expect(actor === "owner" ? role !== "owner" : actor === "admin" && role === "member").toBe(true);
        members.delete(id);
        break;
      }
      case "member_left": {
        expect(system.userIds).toEqual([senderId]);
        members.delete(senderId);
        if (actor !== "owner") expect(system.successor).toBeNull();
        if (actor !== "owner") break;
        const oldest = (role: Role): string | undefined =>
          [...members]
            .filter(([, member]) => member.role === role)
            .sort(([a, x], [b, y]) => x.joinedSeq - y.joinedSeq || (a < b ? -1 : 1))[0]?.[0];
        expect(system.successor).toBe(oldest("admin") ?? oldest("member") ?? null);
        if (system.successor !== null) be(system.successor, "owner");
        break;
      }
      case "role_changed": {
        const [id] = system.userIds;
        expect(actor).toBe("owner");
        expect(id).not.toBe(senderId);
        expect(members.get(id)!.role).not.toBe(system.role);
        be(id, system.role);
        if (system.role === "owner") be(senderId, "admin");
        break;
      }
      case "details_changed":
        expect(actor).not.toBe("member");
        expect(system.title).not.toBe(title);
        title = system.title ?? title;
    }
    const owners = [...members.values()].filter(({ role }) => role === "owner");
    expect(owners.length).toBe(members.size > 0 ? 1 : 0);
  });
  const facts = { memberCount: members.size, membershipSeq, systemCount: systemSeqs.length };
  return { facts: { ...facts, systemSeqs: systemSeqs.slice(-20), title }, members, ever };
}
