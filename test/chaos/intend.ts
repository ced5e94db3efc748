import type { Device } from "./device.ts";
import { contentOf, type SendStyle } from "./history.ts";
import type { Intent, Journal } from "./journal.ts";

/** Without an id every try may store a message of its own. */
const TRIES_UNIDENTIFIED = 3;

/** Writes a message that has not been tried yet. Nobody else ever writes the same. `others`: whom it may mention. */
export function intend(
  journal: Journal,
  device: Device,
  { id: conversationId, others }: { readonly id: string; readonly others: readonly string[] },
  style: SendStyle,
): Intent {
  const number = journal.intents.length;
  const { mention, reply } = style;
  const known = device.known(conversationId);
  const intent: Intent = {
    senderId: device.person.id,
    conversationId,
    content: contentOf(style.content, number),
    clientMessageId: style.identified ? `${device.name}-${number}` : null,
    mentions: mention === null ? [] : [others[mention % others.length]!],
    replyToSeq: reply === null ? null : (known.at(-1 - reply)?.seq ?? null),
    afterSeq: style.withAfterSeq ? (known.at(-1)?.seq ?? 0) : null,
    maxAttempts: style.givesUp ? 1 : style.identified ? Infinity : TRIES_UNIDENTIFIED,
    acks: [],
    afterSeqs: [],
    refusals: [],
    outbox: null,
    beganAt: null,
    attempts: 0,
  };
  journal.intents.push(intent);
  return intent;
}
