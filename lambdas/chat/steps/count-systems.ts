import type { Chat } from "../chat.ts";
import { systemsUpTo } from "../model/group-facts.ts";
import type { GroupFacts, Head, MemberRecord } from "../model/records.ts";

/**
 * How many system messages of a group there are up to `seq`, which its head covers: from the head where it keeps
 * enough of them, else from what lies between `seq` and the nearest place where the count is known.
 */
export async function countSystems(
  chat: Chat,
  { id, lastSeq }: Head,
  facts: GroupFacts,
  seq: number,
  { readSeq, readSystems }: MemberRecord,
): Promise<number> {
  const known = systemsUpTo(facts, seq);
  if (known !== null) return known;
  const lowest = facts.systemSeqs[0] ?? lastSeq + 1;
  const between = async (from: number, upTo: number): Promise<number> => {
    const messages = await chat.messages.listAfter(id, from, upTo - from, "strong");
    return messages.filter(({ seq, system }) => system && seq <= upTo).length;
  };
  return readSeq <= seq && seq - readSeq < lowest - seq
    ? readSystems + (await between(readSeq, seq))
    : facts.systemCount - facts.systemSeqs.length - (await between(seq, lowest - 1));
}
