import type { Message } from "../index.ts";

type System = NonNullable<Message["system"]>;

/** What a system message tells, in words. `nameOf` calls whoever reads it "you". */
export function systemText(
  { sender, system }: Pick<Message, "sender" | "system">,
  nameOf: (userId: string) => string,
): string {
  if (!system) return "";
  const who = atTheBeginning(nameOf(sender.id));
  const whom = listOf((system.userIds ?? []).map(nameOf));
  switch (system.event) {
    case "created":
      return whom === "" ? `${who} made the group` : `${who} made the group with ${whom}`;
    case "members_added":
      return `${who} added ${whom}`;
    case "member_removed":
      return `${who} removed ${whom}`;
    case "member_left":
      return `${atTheBeginning(whom) || who} left`;
    case "role_changed":
      return `${who} made ${whom} ${ROLES[system.role ?? "member"]}`;
    case "details_changed":
      return detailsText(who, system);
  }
}

const atTheBeginning = (name: string): string => (name === "you" ? "You" : name);

const ROLES = { owner: "the owner", admin: "an admin", member: "a plain member" } as const;

const detailsText = (who: string, { title }: System): string =>
  title === undefined ? `${who} changed the group` : `${who} named the group “${title}”`;

const LISTED = 5;

function listOf(names: readonly string[]): string {
  const more = names.length - LISTED;
  return more > 0 ? `${names.slice(0, LISTED).join(", ")} and ${more} more` : names.join(", ");
}
