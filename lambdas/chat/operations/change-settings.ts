import type { SettingsRequest } from "../../protocol/http-requests.ts";
import type { Conversation } from "../../protocol/objects.ts";
import type { Caller, Chat } from "../chat.ts";
import { archiveTurnOf, planSettings } from "../model/own-settings.ts";
import type { Head } from "../model/records.ts";
import { positionOf, toConversation } from "../model/views.ts";
import { countMentions } from "../steps/count-mentions.ts";
import { fanOut } from "../steps/fan-out.ts";
import { Refusal } from "../model/refusal.ts";
import { participate, remember } from "../steps/participate.ts";

const MAX_TRIES = 50;

/**
 * Sets what the caller keeps to themselves about a conversation, and tells their connections where it changed.
 *
 * @throws Refusal `RATE_LIMITED`, `NOT_FOUND`, `FORBIDDEN`
 */
export async function changeSettings(
  chat: Chat,
  caller: Caller,
  conversationId: string,
  wanted: SettingsRequest,
): Promise<{ readonly conversation: Conversation }> {
  await chat.limits.reads.take(caller.userId);
  const { head, isNew } = await store(chat, caller, conversationId, wanted);
  const own = positionOf(head, caller.userId);
  // The head first: a row that nobody lived to move is put right by the repeat, or by the list that meets it.
  if (wanted.archived !== undefined || wanted.mutedUntil !== undefined) {
    const turn = archiveTurnOf(own);
    if (turn > 0) await chat.inbox.moveUp(caller.userId, head.id, head.activityAt, turn);
  }
  const [users, mentions] = await Promise.all([
    chat.users.getMany(
      head.participants.map(({ id }) => id),
      isNew ? "strong" : "eventual",
    ),
    countMentions(chat, head, caller.userId, own, "eventual"),
  ]);
  const conversation = toConversation(head, own, users, chat.clock.now(), chat.rules, mentions);
  const me = users.get(caller.userId);
  if (isNew && me) {
    await fanOut(chat, [me], (_user, { id }) =>
      id === caller.connectionId ? null : { type: "settings_changed", conversation },
    );
  }
  return { conversation };
}

async function store(
  chat: Chat,
  caller: Caller,
  conversationId: string,
  wanted: SettingsRequest,
): Promise<{ readonly head: Head; readonly isNew: boolean }> {
  let { head } = await participate(chat, caller, conversationId, "strong");
  if (head.group) throw notOfGroups();
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const participant = head.participants.findIndex(({ id }) => id === caller.userId);
    const own = planSettings(head.participants[participant]!, wanted);
    if (!own) return { head, isNew: false };
    const moved = await chat.heads.move({
      conversationId: head.id,
      expect: { readSeqs: [], archiveTurns: head.participants.map(archiveTurnOf) },
      set: { positions: [], own: [{ participant, ...own }] },
    });
    head = moved.head;
    remember(chat, head);
    if (moved.type === "moved") return { head, isNew: true };
    await chat.clock.pause(chat.random.fraction() * Math.min(100, 2 ** tries));
  }
  throw new Error(`The settings were changed by others ${MAX_TRIES} times in a row.`);
}

/** A member's own settings have no place yet: their row in the list would have to know of them too. */
const notOfGroups = (): Refusal =>
  new Refusal("CONFLICT", "A group cannot be pinned, archived or muted yet.");
