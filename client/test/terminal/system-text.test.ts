import { expect, test } from "vitest";
import type { Message } from "../../index.ts";
import { systemText } from "../../words/system-text.ts";

const said = (by: string, system: Message["system"]): string =>
  systemText({ sender: { id: by, name: by, displayName: by, avatarUrl: null }, system }, (id) =>
    id === "me" ? "you" : id,
  );

test.each([
  ["me", { event: "created", userIds: ["bob", "cy"] }, "You made the group with bob, cy"],
  ["ann", { event: "created", userIds: [] }, "ann made the group"],
  ["ann", { event: "members_added", userIds: ["me", "cy"] }, "ann added you, cy"],
  [
    "ann",
    { event: "members_added", userIds: ["1", "2", "3", "4", "5", "6", "7"] },
    "ann added 1, 2, 3, 4, 5 and 2 more",
  ],
  ["me", { event: "member_removed", userIds: ["cy"] }, "You removed cy"],
  ["me", { event: "member_left", userIds: ["me"] }, "You left"],
  ["ann", { event: "role_changed", userIds: ["me"], role: "admin" }, "ann made you an admin"],
  ["ann", { event: "details_changed", title: "Trip" }, "ann named the group “Trip”"],
  ["ann", { event: "details_changed", avatarUrl: null }, "ann changed the group"],
] as const)("%s: %o", (by, system, text) => expect(said(by, system)).toBe(text));
