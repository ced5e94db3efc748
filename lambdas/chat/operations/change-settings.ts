import type { SettingsRequest } from "../../protocol/http-requests.ts";
import type { Conversation } from "../../protocol/objects.ts";
import type { Caller, Chat } from "../chat.ts";
import { archiveTurnOf, planSettings } from "../model/own-settings.ts";
import type { Head, MemberRecord } from "../model/records.ts";
import { notAParticipant } from "../model/refusal.ts";
import { isMember } from "../model/standing.ts";
import type { Participation } from "../model/standing.ts";
import { positionOf, toConversation, usersShown } from "../model/views.ts";
import { countMentions } from "../steps/count-mentions.ts";
import { fanOut } from "../steps/fan-out.ts";
import { markArchive } from "../steps/mark-archive.ts";
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
  const participation = await participate(chat, caller, conversationId, "strong");
  const { head, standing, isNew } = isMember(participation.standing)
    ? await storeInGroup(chat, caller, participation.head, participation.standing, wanted)
    : await storeInPair(chat, caller, participation.head, wanted);
  // The head, or the member's item, first: a row that nobody lived to move is put right by the repeat, or by the list that meets it.
  if (touchesArchive(wanted)) {
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
  head: Head,
  standing: MemberRecord,
  wanted: SettingsRequest,
): Promise<Stored> {
  let member = standing;
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const own = planSettings(member, wanted);
    const set = own ? await chat.members.set(head.id, userId, own, archiveTurnOf(member)) : null;
    if (own && !set) throw notAParticipant();
    member = set?.member ?? member;
    if (set?.type !== "conflict") {
      const marked = touchesArchive(wanted) ? await markArchive(chat, head, member) : head;
      return { head: marked, standing: member, isNew: own !== null };
    }
  }
  throw turnedTooOften();
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
  throw turnedTooOften();
}

const touchesArchive = ({ archived, mutedUntil }: SettingsRequest): boolean =>
  archived !== undefined || mutedUntil !== undefined;

const turnedTooOften = (): Error =>
  new Error(`The settings were changed by others ${MAX_TRIES} times in a row.`);
