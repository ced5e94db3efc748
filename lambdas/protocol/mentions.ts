import { bad, list, ok, textUpTo } from "./fields.ts";
import type { Decoder } from "./fields.ts";
import { MAX_MENTIONS, MAX_MENTIONS_BYTES, MAX_USER_ID } from "./limits.ts";

const userIds = list(textUpTo(MAX_USER_ID));

/** Ids of users, each once: whether they take part is for the conversation to say. */
export const mentions: Decoder<readonly string[]> = (value, name) => {
  const decoded = userIds(value, name);
  if (!decoded.ok) return decoded;
  const ids = decoded.value;
  if (ids.length > MAX_MENTIONS) return bad(`${name} must name at most ${MAX_MENTIONS} users.`);
  if (new Set(ids).size < ids.length) return bad(`${name} must name nobody twice.`);
  return new TextEncoder().encode(JSON.stringify(ids)).length <= MAX_MENTIONS_BYTES
    ? ok(ids)
    : bad(`${name} must take at most ${MAX_MENTIONS_BYTES} bytes as JSON.`);
};
