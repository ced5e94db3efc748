import type { Chat } from "../chat.ts";
import type { Head } from "../model/records.ts";
import { isMember } from "../model/standing.ts";
import type { Standing } from "../model/standing.ts";
import { countSystems } from "./count-systems.ts";

/**
 * Sending reads up to the own message. In a pair the head's move has done it; a member of a group has a position of
 * their own, which is moved before the ack.
 */
export async function readOwnMessage(chat: Chat, head: Head, standing: Standing, seq: number): Promise<void> {
  if (!head.group || !isMember(standing) || standing.readSeq >= seq) return;
  const readSystems = await countSystems(chat, head, head.group, seq, standing);
  await chat.members.read(head.id, standing.userId, { readSeq: seq, readSystems });
}
