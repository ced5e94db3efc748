import { setTimeout as pause } from "node:timers/promises";
import type { Conversation } from "../../lambdas/protocol/objects.ts";
import type { GroupStyle } from "./history.ts";
import type { GroupAct, GroupIntent, Journal } from "./journal.ts";
import { insist } from "./meeting.ts";
import { judge } from "./observed-socket.ts";
import type { Person } from "./person.ts";
import { PASSING, type Reply } from "./reply.ts";

/** Makes a group of all of these, asking twice at once: what each was answered. */
export async function found(
  founder: Person,
  members: readonly Person[],
  history: "all" | "from_join",
): Promise<readonly [string, string]> {
  const body = {
    ...{ kind: "group", title: "the group", history, clientConversationId: "the one of this story" },
    memberIds: members.map(({ id }) => id),
  };
  const make = () =>
    insist(() => founder.call<{ conversation: Conversation }>("POST", "/api/conversations", body));
  const [one, other] = await Promise.all([make(), make()]);
  return [one.conversation.id, other.conversation.id];
}

/** Wants a group changed. `everybody`: whom it may be of, the first of whom stays. */
export function intendGroupAct(
  journal: Journal,
  { id: userId }: Person,
  { id: conversationId, everybody }: { readonly id: string; readonly everybody: readonly string[] },
  style: GroupStyle,
): GroupIntent {
  const [founder, ...others] = everybody;
  const whom = others[style.whom % others.length]!;
  const actOf = (): GroupAct => {
    switch (style.what) {
      case "add":
        return { type: "add", userIds: [whom, others[(style.whom + 1) % others.length]!] };
      case "remove":
        return { type: "remove", userId: whom };
      case "leave":
        return { type: "remove", userId: userId === founder ? whom : userId };
      case "role":
        return { type: "role", userId: whom, role: style.role };
      case "rename":
        return { type: "rename", title: `title ${journal.groupIntents.length}` };
    }
  };
  const intent: GroupIntent = {
    ...{ userId, conversationId, act: actOf(), maxAttempts: style.givesUp ? 1 : Infinity },
    ...{ attempts: 0, beganAt: null, ackedAt: null },
  };
  journal.groupIntents.push(intent);
  return intent;
}

/** Asks for it until an answer comes, unchanged each time. */
export async function makeGroupAct(
  journal: Journal,
  person: Person,
  intent: GroupIntent,
  { random, isOver }: { readonly random: () => number; readonly isOver: () => boolean },
): Promise<void> {
  const { act, conversationId } = intent;
  const about = { userIds: act.type === "add" ? act.userIds : act.type === "rename" ? [] : [act.userId] };
  while (!isOver()) {
    const askedAt = journal.tick();
    intent.beganAt ??= askedAt;
    intent.attempts += 1;
    journal.counts.groupAttempts += 1;
    const reply = await askFor(person, intent);
    if (reply.type === "answer") {
      intent.ackedAt = journal.tick();
      journal.counts.groupAcked += 1;
      return;
    }
    if (reply.type === "refused") {
      const question = { action: act.type, conversationId, askedAt, about };
      judge({ name: person.id, userId: person.id, journal }, question, reply);
      if (!PASSING.has(reply.code)) {
        journal.counts.groupRefused += 1;
        return;
      }
    }
    if (intent.attempts >= intent.maxAttempts) return;
    await pause(20 + 80 * random());
  }
}

/** One try. */
function askFor(person: Person, { conversationId, act }: GroupIntent): Promise<Reply<unknown>> {
  const path = `/api/conversations/${conversationId}`;
  switch (act.type) {
    case "add":
      return person.call("POST", `${path}/members`, { userIds: act.userIds });
    case "remove":
      return person.call("DELETE", `${path}/members?userId=${encodeURIComponent(act.userId)}`);
    case "role":
      return person.call("PUT", `${path}/members/role`, { userId: act.userId, role: act.role });
    case "rename":
      return person.call("PATCH", path, { title: act.title });
  }
}
