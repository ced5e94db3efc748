import type { Conversation } from "../../../lambdas/protocol/objects.ts";
import { placed } from "../conversations/placed.ts";
import type { ShownList } from "../offered.ts";
import type { Changes } from "./changes.ts";
import type { OnDemandParts } from "./on-demand-parts.ts";

const PAGE = 20;
const MAX_PAGE = 100;

/** Reads so many of the list, or a page if that is more, from its beginning, or behind what is shown. @throws ChatError */
export async function loadList(
  { http, people }: Pick<OnDemandParts, "http" | "people">,
  changes: Changes,
  list: ShownList,
  count: number,
  isMore: boolean,
): Promise<void> {
  const wanted = Math.max(PAGE, count);
  let cursor = isMore ? list.cursor : null;
  const loaded: Conversation[] = [];
  do {
    const limit = Math.min(MAX_PAGE, wanted - loaded.length);
    const page = await http.call("GET /api/conversations", { query: { limit, cursor } });
    loaded.push(...page.conversations);
    cursor = page.nextCursor;
  } while (cursor !== null && loaded.length < wanted);
  list.cursor = cursor;
  for (const { otherParticipant } of loaded) {
    if (!otherParticipant) continue;
    people.saw(otherParticipant);
    people.sawPresence(otherParticipant.id, otherParticipant);
  }
  const shown = list.store.get().items;
  const known = new Map(shown.map((item) => [item.id, item]));
  // A page may tell anew of one that an earlier page has shown.
  let items: readonly Conversation[] = [
    ...new Map([...(isMore ? shown : []), ...loaded].map((item) => [item.id, item])).values(),
  ];
  for (const item of items) items = placed(items, changes.withSettings(newest(known.get(item.id), item)));
  list.show({ items, hasMore: cursor !== null, loading: false, error: null });
}

/** An event, an ack or what was read here may have overtaken the answer. */
export function newest(known: Conversation | undefined, item: Conversation): Conversation {
  if (!known) return item;
  const { readSeq, unreadCount } = known.readSeq > item.readSeq ? known : item;
  return (known.lastSeq - item.lastSeq || known.lastRev - item.lastRev) > 0
    ? { ...known, readSeq }
    : { ...item, readSeq, unreadCount };
}
