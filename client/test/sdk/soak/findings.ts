import type { ChatMessage, Conversation, Message } from "../../../index.ts";

/** What one side was told, and shows in the end. */
export interface Seen {
  readonly name: string;
  readonly items: readonly ChatMessage[];
  /** The list's item of the conversation. */
  readonly listed: Conversation | undefined;
  /** The events `new_message`, as they came. */
  readonly told: readonly Message[];
  /** The keys of what was sent, in the order of the calls; the content is the name and the number of the call. */
  readonly written: readonly string[];
}

/** What the server has: the log, and the list's item for each side. */
export interface Truth {
  readonly log: readonly Message[];
  readonly listed: ReadonlyMap<string, Conversation | undefined>;
}

/** What is not as it must be once all is over, in words; nothing if all is well. */
export function findingsOf(sides: readonly Seen[], truth: Truth): string[] {
  const count = sides.reduce((sum, { written }) => sum + written.length, 0);
  return [
    ...(truth.log.length === count ? [] : [`the server has ${truth.log.length} of ${count}`]),
    ...sides.flatMap((side) =>
      [
        ...logFindings(side, sides, count),
        ...toldFindings(side),
        ...differencesOf(side, truth),
        ...listFindings(side, truth),
      ].map((finding) => `${side.name} ${finding}`),
    ),
  ];
}

function logFindings({ items }: Seen, sides: readonly Seen[], count: number): string[] {
  const findings: string[] = [];
  if (items.length !== count) findings.push(`shows ${items.length} of ${count}`);
  const unsent = items.filter(({ state }) => state !== "sent");
  if (unsent.length > 0) findings.push(`shows ${unsent.length} that are not sent`);
  if (items.some(({ seq }, index) => seq !== index + 1)) findings.push("shows holes, doubles or disorder");
  const ids = new Set(items.map(({ clientMessageId }) => clientMessageId));
  for (const { name, written } of sides) {
    const missing = written.filter((key) => !ids.has(key));
    if (missing.length > 0) findings.push(`misses ${missing.length} of ${name}'s`);
    const own = items.filter(({ content }) => content.startsWith(`${name} `));
    if (own.some(({ content }, index) => content !== `${name} ${index}`))
      findings.push(`shows ${name}'s not in the order of the calls`);
    if (own.some(({ clientMessageId }, index) => clientMessageId !== written[index]))
      findings.push(`shows ${name}'s under other ids`);
  }
  return findings;
}

function toldFindings({ items, told }: Seen): string[] {
  const findings: string[] = [];
  if (new Set(told.map(({ seq }) => seq)).size !== told.length) findings.push("was told twice");
  if (told.length < items.length) findings.push(`was told only ${told.length} of ${items.length}`);
  if (told.some(({ seq }, index) => seq !== index + 1)) findings.push("was not told each in its order");
  return findings;
}

/**
 * Field by field. When one's own were read may be told late, by the next event where one was lost, but not too
 * early; when those of others were read by oneself nobody is shown.
 */
function differencesOf({ name, items }: Seen, { log }: Truth): string[] {
  const wrong = new Map<string, number>();
  for (const [index, { readAt, ...stored }] of log.entries()) {
    const shown = items[index];
    const fields = Object.keys(stored) as (keyof typeof stored)[];
    const differing: string[] = fields.filter((field) => sorted(shown?.[field]) !== sorted(stored[field]));
    const isOwn = stored.content.startsWith(`${name} `);
    if (isOwn && (readAt === null) !== ((shown?.readAt ?? null) === null)) differing.push("state of reading");
    if (isOwn && readAt !== null && (shown?.readAt ?? readAt) < readAt) differing.push("too early reading");
    for (const field of differing) wrong.set(field, (wrong.get(field) ?? 0) + 1);
  }
  return [...wrong].map(([field, times]) => `shows another ${field} than the server in ${times}`);
}

function listFindings({ name, listed }: Seen, { listed: truth }: Truth): string[] {
  const [shown, stored] = [listed, truth.get(name)].map(
    (item) =>
      item && {
        "last message": item.lastMessage?.id,
        preview: item.lastMessage?.content,
        lastMessageAt: item.lastMessageAt,
        lastSeq: item.lastSeq,
        readSeq: item.readSeq,
        unreadCount: item.unreadCount,
      },
  );
  if (!shown || !stored) return ["does not list the conversation"];
  return (Object.keys(stored) as (keyof typeof stored)[])
    .filter((field) => shown[field] !== stored[field])
    .map((field) => `lists another ${field}: ${shown[field]}, not ${stored[field]}`);
}

/** Fields in one order: two objects of the same say the same. */
function sorted(value: unknown): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  return JSON.stringify(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)));
}
