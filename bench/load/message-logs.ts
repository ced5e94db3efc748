import type { Person } from "../../test/support/person.ts";
import type { Crowd, Talk } from "./crowd.ts";
import { withLimit } from "./paced.ts";

export interface Sent {
  readonly conversationId: string;
  readonly clientMessageId: string;
  acked?: { readonly id: string; readonly seq: number } | undefined;
}

export interface Findings {
  readonly stored: number;
  /** One sentence for each breach of what an ack promises. */
  readonly wrong: readonly string[];
}

interface Stored {
  readonly id: string;
  readonly seq: number;
  readonly clientMessageId: string | null;
}

/** Reads every conversation as both see it, and holds it against what was sent and acked. */
export async function checkLogs({ people, talks }: Crowd, sent: readonly Sent[]): Promise<Findings> {
  const sentIn = groupedBy(sent, ({ conversationId }) => conversationId);
  const findings = await withLimit(8, talks, async (talk) => {
    const [one, other] = await Promise.all(
      talk.people.map((index) => logOf(people[index] as Person, talk.conversationId)),
    );
    return checkLog(talk, one ?? [], other ?? [], sentIn.get(talk.conversationId) ?? []);
  });
  return {
    stored: findings.reduce((sum, finding) => sum + finding.stored, 0),
    wrong: findings.flatMap(({ wrong }) => wrong),
  };
}

export function checkLog(
  { conversationId }: Pick<Talk, "conversationId">,
  one: readonly Stored[],
  other: readonly Stored[],
  sent: readonly Sent[],
): Findings {
  const wrong: string[] = [];
  const report = (what: string): void => void wrong.push(`${conversationId}: ${what}`);
  if (JSON.stringify(one) !== JSON.stringify(other)) report("the two participants see different messages");
  one.forEach(({ seq }, index) => {
    if (seq !== index + 1) report(`seq ${seq} stands at place ${index + 1}`);
  });
  const byClientId = groupedBy(one, ({ clientMessageId }) => clientMessageId);
  for (const [clientMessageId, stored] of byClientId) {
    if (stored.length > 1) report(`${clientMessageId} is stored ${stored.length} times`);
  }
  const meant = new Set(sent.map(({ clientMessageId }) => clientMessageId));
  for (const { clientMessageId, seq } of one) {
    if (clientMessageId === null || !meant.has(clientMessageId)) report(`seq ${seq} was sent by nobody`);
  }
  for (const { clientMessageId, acked } of sent) {
    if (acked === undefined) continue;
    const [stored] = byClientId.get(clientMessageId) ?? [];
    if (stored === undefined) report(`${clientMessageId} was acked and is not stored`);
    else if (stored.id !== acked.id || stored.seq !== acked.seq) {
      report(`${clientMessageId} was acked as seq ${acked.seq} and is stored as ${stored.seq}`);
    }
  }
  return { stored: one.length, wrong };
}

function groupedBy<K, T>(items: readonly T[], keyOf: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group === undefined) groups.set(keyOf(item), [item]);
    else group.push(item);
  }
  return groups;
}

async function logOf(person: Person, conversationId: string): Promise<Stored[]> {
  const messages: Stored[] = [];
  let before: string | null = null;
  do {
    const cursor: string = before === null ? "" : `&before=${encodeURIComponent(before)}`;
    const path = `/api/conversations/${conversationId}/messages?limit=100&markRead=false${cursor}`;
    const answer = await person.get<{ messages: Stored[]; nextBefore: string | null }>(path);
    if (answer.status !== 200) throw new Error(`The history was refused: ${answer.status} ${answer.text}`);
    const page = answer.body.messages.map(({ id, seq, clientMessageId }) => ({ id, seq, clientMessageId }));
    messages.unshift(...page);
    before = answer.body.nextBefore;
  } while (before !== null);
  return messages;
}
