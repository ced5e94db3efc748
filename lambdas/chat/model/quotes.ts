import type { Message } from "../../protocol/objects.ts";

/**
 * The message as somebody sees it who sees nothing below `firstSeq`: what it answers there is named, without its
 * preview.
 */
export const quotingFrom = (firstSeq: number, message: Message): Message =>
  message.replyTo?.preview && message.replyTo.seq < firstSeq
    ? { ...message, replyTo: { ...message.replyTo, preview: null } }
    : message;
