import { codePoints, isWellFormed } from "../../protocol/fields.ts";
import { MAX_USER_ID } from "../../protocol/limits.ts";
import { DELETED_USER_PREFIX, SYSTEM_USER_ID } from "../../protocol/system-user.ts";

const ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const CONVERSATION_ID = /^[0-9A-Za-z]{22}$/;
const MESSAGE_ID = /^([0-9A-Za-z]{22})-([1-9][0-9]{0,15})$/;

/** A random conversation id of 131 bits: it tells nothing about its participants. */
export function newConversationId(randomBytes: (count: number) => Uint8Array): string {
  let id = "";
  while (id.length < 22) {
    for (const byte of randomBytes(32)) {
      // 248 = 4 × 62: bytes above would make some letters likelier than others.
      if (byte < 248 && id.length < 22) id += ALPHABET[byte % 62];
    }
  }
  return id;
}

/** False for a string that can name no conversation; saves the look-up, not the answer. */
export const couldBeConversationId = (text: string): boolean => CONVERSATION_ID.test(text);

/** Names the slot: known as soon as the message has its seq. */
export const messageId = (conversationId: string, seq: number): string => `${conversationId}-${seq}`;

/** The seq a message id of this conversation stands for; null for any other text. */
export function seqOfMessageId(text: string, conversationId: string): number | null {
  const match = MESSAGE_ID.exec(text);
  if (!match || match[1] !== conversationId) return null;
  const seq = Number(match[2]);
  return Number.isSafeInteger(seq) ? seq : null;
}

/** A `sub` that can be a user's: 1 to 255 characters that UTF-8 can carry, and no id of ours. */
export const isUserId = (value: unknown): value is string =>
  typeof value === "string" &&
  value !== "" &&
  value !== SYSTEM_USER_ID &&
  !value.startsWith(DELETED_USER_PREFIX) &&
  isWellFormed(value) &&
  codePoints(value, MAX_USER_ID) <= MAX_USER_ID;
