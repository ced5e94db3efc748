/** What one task deals with: as many keys as one batch of reads takes. */
const USERS_PER_TASK = 100;
const USERS_PER_PAGE = 1_000;
/**
 * What one invocation makes tasks of: a chain of tasks that each arrange the next is slow, and Lambda takes one
 * of about 16 hops for a loop.
 */
const USERS_PER_HOP = 10_000;

/** Users in shares of one task each, and where the next hop goes on; null: these are all. */
export interface Division {
  readonly shares: readonly (readonly string[])[];
  readonly cursor: string | null;
}

/** Divides the users behind `from`, page by page, among tasks that can be done at once. */
export async function divideWork(
  from: string | null,
  readPage: (
    cursor: string | null,
    limit: number,
  ) => Promise<{ readonly userIds: readonly string[]; readonly cursor: string | null }>,
): Promise<Division> {
  const all: string[] = [];
  let cursor = from;
  do {
    const page = await readPage(cursor, Math.min(USERS_PER_PAGE, USERS_PER_HOP - all.length));
    all.push(...page.userIds);
    ({ cursor } = page);
  } while (cursor !== null && all.length < USERS_PER_HOP);
  const shares: string[][] = [];
  for (let at = 0; at < all.length; at += USERS_PER_TASK) shares.push(all.slice(at, at + USERS_PER_TASK));
  return { shares, cursor };
}
