import type { SettingsRequest } from "../../protocol/http-requests.ts";
import type { Conversation } from "../../protocol/objects.ts";
import type { Caller, Chat } from "../chat.ts";
import { archiveTurnOf, planSettings } from "../model/own-settings.ts";
import type { Head } from "../model/records.ts";
import type { Participation } from "../model/standing.ts";
import { positionOf, toConversation, usersShown } from "../model/views.ts";
import { countMentions } from "../steps/count-mentions.ts";
import { fanOut } from "../steps/fan-out.ts";
import { notAParticipant, Refusal } from "../model/refusal.ts";
import { participate, remember } from "../steps/participate.ts";

const MAX_TRIES = 50;

/**
 * Sets what the caller keeps to themselves about a conversation, and tells their connections where it changed.
 *
 * @throws Refusal `RATE_LIMITED`, `NOT_FOUND`, `FORBIDDEN`; `CONFLICT` for a group and the archive
 */
export async function changeSettings(
  chat: Chat,
  caller: Caller,
  conversationId: string,
  wanted: SettingsRequest,
): Promise<{ readonly conversation: Conversation }> {
  await chat.limits.reads.take(caller.userId);
  const participation = await participate(chat, caller, conversationId, "strong");
  const { head, standing, isNew } = participation.head.group
    ? await storeInGroup(chat, caller, participation, wanted)
    : await storeInPair(chat, caller, participation.head, wanted);
  // The head first: a row that nobody lived to move is put right by the repeat, or by the list that meets it.
  if (wanted.archived !== undefined || wanted.mutedUntil !== undefined) {
    const turn = archiveTurnOf(standing);
    if (turn > 0) await chat.inbox.moveUp(caller.userId, head.id, head.activityAt, turn);
  }
  const [users, mentions] = await Promise.all([
    chat.users.getMany(
      [...new Set([caller.userId, ...usersShown(head, standing)])],
      isNew ? "strong" : "eventual",
    ),
    countMentions(chat, head, caller.userId, standing, "eventual"),
  ]);
  const conversation = toConversation(head, standing, users, chat.clock.now(), chat.rules, mentions);
  const me = users.get(caller.userId);
  if (isNew && me) {
    await fanOut(chat, [me], (_user, { id }) =>
      id === caller.connectionId ? null : { type: "settings_changed", conversation },
    );
  }
  return { conversation };
}

interface Stored extends Participation {
  readonly isNew: boolean;
}

async function storeInGroup(
  chat: Chat,
  { userId }: Caller,
  { head, standing }: Participation,
  wanted: SettingsRequest,
): Promise<Stored> {
  if (wanted.archived !== undefined) throw notOfGroups();
  const own = planSettings(standing, wanted);
  if (!own) return { head, standing, isNew: false };
  const member = await chat.members.set(head.id, userId, own);
  if (!member) throw notAParticipant();
  return { head, standing: member, isNew: true };
}

async function storeInPair(
  chat: Chat,
  caller: Caller,
  remembered: Head,
  wanted: SettingsRequest,
): Promise<Stored> {
  let head = remembered;
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const participant = head.participants.findIndex(({ id }) => id === caller.userId);
    const own = planSettings(head.participants[participant]!, wanted);
    if (!own) return { head, standing: positionOf(head, caller.userId), isNew: false };
    const moved = await chat.heads.move({
      conversationId: head.id,
      expect: { readSeqs: [], archiveTurns: head.participants.map(archiveTurnOf) },
      set: { positions: [], own: [{ participant, ...own }] },
    });
    head = moved.head;
    remember(chat, head);
    if (moved.type === "moved") return { head, standing: positionOf(head, caller.userId), isNew: true };
    await chat.clock.pause(chat.random.fraction() * Math.min(100, 2 ** tries));
  }
  throw new Error(`The settings were changed by others ${MAX_TRIES} times in a row.`);
}

/** The archive is an end of the index of inbox rows, and a message of a group moves none of them. */
const notOfGroups = (): Refusal => new Refusal("CONFLICT", "A group cannot be archived yet.");
