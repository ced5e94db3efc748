import type { Task } from "../../protocol/worker-tasks.ts";
import type { Chat } from "../chat.ts";
import { isEvent } from "../model/membership.ts";
import { fanOut } from "../steps/fan-out.ts";
import { loadRoster } from "../steps/load-audience.ts";
import { presentMessages } from "../steps/present-messages.ts";
import { tellEventLater } from "../steps/tell-event.ts";
import { framesOf } from "../steps/tell-participants.ts";

/**
 * Tells connections of a message that were too many, or too slow, to be told before its sender had an answer. It is
 * shown as it stands now. Who belongs to a group is read after it: one removed meanwhile is told nothing.
 */
export async function tellMessage(chat: Chat, task: Extract<Task, { readonly type: "tell" }>): Promise<void> {
  const { conversationId, seq, event: type, showsInList, targets } = task;
  const record = await chat.messages.get(conversationId, seq);
  const head = await chat.heads.get(conversationId, "strong");
  if (!record || !head) return;
  const { group } = head;
  if (group && isEvent(record)) return tellEventLater(chat, { ...head, group }, record, targets);
  const roster = await loadRoster(chat, head);
  const belongs = new Set(roster?.members.map(({ userId }) => userId));
  const ids = new Set(targets.map(({ userId }) => userId).filter((id) => !roster || belongs.has(id)));
  const [users, [message]] = await Promise.all([
    chat.users.getMany([...ids], "eventual"),
    presentMessages(chat, head, [record]),
  ]);
  const wanted = new Set(targets.map(({ connectionId }) => connectionId));
  const happening = { event: { type, message: message! }, showsInList } as const;
  const frameFor = await framesOf(chat, { connectionId: null }, head, { users, roster }, happening);
  await fanOut(chat, [...users.values()], (user, connection) =>
    wanted.has(connection.id) ? frameFor(user, connection) : null,
  );
}
