import type { Chat } from "../chat.ts";
import { inParallel } from "../in-parallel.ts";
import type { Head, MentionMark } from "../model/records.ts";

const AT_ONCE = 25;

/** Stores who is mentioned where; in a group also, with each member, up to where to look. Again: nothing changes. */
export async function markMentions(
  chat: Chat,
  { id, group }: Pick<Head, "id" | "group">,
  marks: readonly MentionMark[],
): Promise<void> {
  await inParallel(marks, AT_ONCE, (mark) =>
    Promise.all([
      chat.mentions.mark(id, mark),
      group && mark.on ? chat.members.mention(id, mark.userId, mark.seq) : null,
    ]),
  );
}
