import type { ConversationHandle, Role } from "../index.ts";
import { LOBBY } from "../local/lobby.ts";
import type { Command, Session } from "./command.ts";
import { NONE_OPEN, tried } from "./command.ts";
import { nameOf, oneLine } from "./text.ts";
import { until } from "./until.ts";

/** The group that is open; null, once it is said, where there is none. */
function openGroup({ open, print }: Session): ConversationHandle | null {
  if (!open) print(NONE_OPEN);
  else if (open.conversation.details.get().kind === "group") return open.conversation;
  else print("This is no group: /group TITLE: USER, USER makes one.");
  return null;
}

const isRole = (word: string | undefined): word is Role =>
  word === "owner" || word === "admin" || word === "member";

export const GROUP_COMMANDS: readonly Command[] = [
  {
    name: "group",
    usage: "/group TITLE: USER, USER   makes a group and opens it",
    run: async (session, _words, line) => {
      // The title may have a colon of its own; ids are what follows the last.
      const [, title = "", ids = ""] = /^([\s\S]*):([^:]*)$/.exec(line) ?? [];
      const memberIds = ids.split(/[\s,]+/).filter((id) => id !== "");
      if (title.trim() === "" || memberIds.length === 0)
        return session.print("/group needs a title and who is in it: /group Lunch: bob, carol");
      await tried(async () => {
        session.show(await session.chat.client.createGroup({ title: title.trim(), memberIds }));
      }, session);
    },
  },
  {
    name: "join",
    usage: `/join            brings you into the ${LOBBY}, the group of the local cloud`,
    run: async (session) => {
      const { joinLobby, client } = session.chat;
      if (!joinLobby) return session.print("/join is for the local cloud: here an owner or admin adds you.");
      try {
        const group = client.conversation(await joinLobby());
        const close = group.open();
        // What it is called is known once it has been opened.
        await until(group.details, ({ kind }) => kind === "group");
        session.show(group);
        close();
      } catch (cause) {
        session.print(`That was not done: ${oneLine((cause as Error).message)}`);
      }
    },
  },
  {
    name: "add",
    usage: "/add USER …      adds to the group",
    run: async (session, _words, line) => {
      const group = openGroup(session);
      if (!group) return;
      const ids = line.split(/[\s,]+/).filter((id) => id !== "");
      if (ids.length === 0) return session.print("/add needs the id of a user.");
      await tried(async () => {
        const added = await group.addMembers(ids);
        if (added.length === 0) session.print("All of them are in the group already.");
      }, session);
    },
  },
  {
    name: "remove",
    usage: "/remove USER     removes from the group",
    run: async (session, [userId]) => {
      const group = openGroup(session);
      if (!group) return;
      if (userId === undefined) return session.print("/remove needs the id of a member.");
      await tried(() => group.removeMember(userId), session);
    },
  },
  {
    name: "leave",
    usage: "/leave           leaves the group",
    run: async (session) => {
      const group = openGroup(session);
      if (group) await tried(() => group.leave(), session);
    },
  },
  {
    name: "rename",
    usage: "/rename TITLE    names the group",
    run: async (session, _words, title) => {
      const group = openGroup(session);
      if (!group) return;
      if (title === "") return session.print("/rename needs the new title.");
      await tried(() => group.setDetails({ title }), session);
    },
  },
  {
    name: "role",
    usage: "/role USER ROLE  makes a member owner, admin or member",
    run: async (session, [userId, role]) => {
      const group = openGroup(session);
      if (!group) return;
      if (userId === undefined || !isRole(role))
        return session.print("/role needs the id of a member, and one of owner, admin, member.");
      await tried(() => group.setRole(userId, role), session);
    },
  },
  {
    name: "members",
    usage: "/members         who is in the group",
    run: async (session) => {
      const group = openGroup(session);
      if (!group) return;
      const { members } = group;
      if (members.get().items.length === 0 || members.get().hasMore) await members.loadMore();
      const { items, hasMore, error } = members.get();
      for (const member of items)
        session.print(
          `  ${nameOf(member)} (${oneLine(member.id)})${member.role === "member" ? "" : `, ${member.role}`}`,
        );
      if (hasMore) session.print("/members again shows more.");
      if (error) session.print(`The list may be out of date: ${oneLine(error.message)}`);
    },
  },
];
