import type { Conversation } from "../../../lambdas/protocol/objects.ts";

/**
 * In its place: where it was, unless it has just spoken, else behind whatever has spoken later. When one without
 * messages was begun the server does not tell, so nothing is compared with it: what is new stands above it.
 */
export function placed(items: readonly Conversation[], item: Conversation): readonly Conversation[] {
  const at = items.findIndex(({ id }) => id === item.id);
  const others = items.filter(({ id }) => id !== item.id);
  // Null is neither before nor behind any time.
  const place =
    items[at]?.lastMessageAt === item.lastMessageAt
      ? at
      : others.findLastIndex(({ lastMessageAt }) => lastMessageAt! > item.lastMessageAt!) + 1;
  // The archived ones have a list of their own.
  return [...others.slice(0, place), ...(item.archived ? [] : [item]), ...others.slice(place)];
}
