import type { Groups } from "./groups.ts";
import type { KnownHistory } from "../offered.ts";
import type { OnDemandParts } from "./on-demand-parts.ts";

const PAGE = 50;
const SYNC_PAGE = 100;
/** Further behind than this the newest page is loaded instead of all between; the rest by scrolling. */
const MAX_BEHIND = 500;

/** Asks for everything that was stored, or changed, since what is known. @throws ChatError */
export async function catchUp(parts: OnDemandParts, groups: Groups, history: KnownHistory): Promise<void> {
  const { log, subject } = history;
  const conversationId = subject.id;
  if (subject.details.get().lastSeq - log.lastSeq > MAX_BEHIND) log.reset();
  const isKnown = log.messages.length > 0;
  const newest = isKnown ? null : await pageOf(parts, conversationId);
  log.load(newest?.messages ?? [], newest?.lastRev ?? 0);
  const { lastRev } = log;
  let [afterSeq, afterRev] = [log.lastSeq, lastRev];
  for (let hasMore = true; hasMore;) {
    const fields = { conversationId, afterSeq, afterRev, limit: SYNC_PAGE };
    const page = await parts.connection.ask("sync", fields);
    // One was away from the group, and sees nothing of that: what is known does not go on.
    if (afterSeq > 0 && (page.messages[0]?.seq ?? page.seq + 1) > afterSeq + 1) {
      log.reset();
      return catchUp(parts, groups, history);
    }
    for (const message of page.messages) {
      log.add(message);
      parts.people.saw(message.sender);
    }
    for (const message of page.changed) subject.changed(message);
    subject.learned();
    hasMore = page.hasMore && (page.seq > afterSeq || page.rev > afterRev);
    ({ seq: afterSeq, rev: afterRev } = page);
  }
  // Older messages that were loaded meanwhile may lack changes that the others have.
  if (log.lastRev >= lastRev) log.reached(Math.max(log.lastRev, afterRev));
  // Events of reading may have been missed, also one before another that came.
  if (isKnown) log.refresh((await pageOf(parts, conversationId)).messages);
  // An event may have overtaken the page.
  for (const [userId, read] of history.reads) log.markRead(userId, ...read);
  subject.caughtUp();
  await groups.describeUnlisted(conversationId);
}

/** The page before what is known. @throws ChatError */
export async function loadOlder(parts: OnDemandParts, history: KnownHistory): Promise<void> {
  const first = history.log.messages[0];
  if (!first || first.seq <= history.first) return;
  const { lastRev } = history.log;
  const page = await pageOf(parts, history.subject.id, { before: first.id });
  history.log.prepend(page.messages, page.lastRev);
  history.subject.learned();
  history.heardOf(0, lastRev);
}

/** Reading it is not marked: the page says what was looked at. */
const pageOf = ({ http }: OnDemandParts, conversationId: string, query: { readonly before?: string } = {}) =>
  http.call("GET /api/conversations/{conversationId}/messages", {
    path: { conversationId },
    query: { ...query, limit: PAGE, markRead: false },
  });
