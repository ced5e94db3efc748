import type { Device } from "./device.ts";
import { contentOf, type SendStyle } from "./history.ts";
import type { Intent, Journal } from "./journal.ts";

/** Without an id every try may store a message of its own. */
const TRIES_UNIDENTIFIED = 3;

/** Writes a message that has not been tried yet. Nobody else ever writes the same. */
export function intend(journal: Journal, device: Device, conversationId: string, style: SendStyle): Intent {
  const number = journal.intents.length;
  const intent: Intent = {
    senderId: device.person.id,
    conversationId,
    content: contentOf(style.content, number),
    clientMessageId: style.identified ? `${device.name}-${number}` : null,
    afterSeq: style.withAfterSeq ? device.known(conversationId).length : null,
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
