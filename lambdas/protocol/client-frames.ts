import { conversationId, limit, MESSAGE_TO_EDIT, MESSAGE_TO_SEND, seq } from "./chat-fields.ts";
import { emoji } from "./emoji.ts";
import {
  codePoints,
  fieldOf,
  flag,
  isObject,
  object,
  optional,
  parseJson,
  textUpTo,
  variants,
} from "./fields.ts";
import type { Decoder, ValueOf } from "./fields.ts";
import { DEFAULT_MESSAGES_PAGE, MAX_FRAME_ID } from "./limits.ts";
import { PING } from "./routes.ts";
import type { Action } from "./routes.ts";

const inConversation = object({ conversationId });

const FRAMES = {
  join_conversation: inConversation,
  leave_conversation: inConversation,
  send_message: object({ conversationId, ...MESSAGE_TO_SEND }),
  edit_message: object({ conversationId, seq, ...MESSAGE_TO_EDIT }),
  delete_message: object({ conversationId, seq }),
  react: object({ conversationId, seq, emoji, on: flag }),
  typing_start: inConversation,
  typing_stop: inConversation,
  mark_read: object({ conversationId, seq }),
  sync: object({
    conversationId,
    afterSeq: seq,
    afterRev: optional(seq, null),
    limit: limit(DEFAULT_MESSAGES_PAGE),
  }),
} satisfies Record<Action, Decoder<object>>;

const frameId = optional(textUpTo(MAX_FRAME_ID), null);
const clientFrame = variants("action", FRAMES, [PING]);

/** What a client may send over the WebSocket, decoded. `ping` never reaches a function. */
export type ClientFrame = ValueOf<typeof clientFrame>;
/** The frame of one action. */
export type FrameOf<A extends Action> = Extract<ClientFrame, { action: A }>;

/** A frame with its correlation, or why it is none. */
export type DecodedFrame =
  | { readonly ok: true; readonly id: string | null; readonly frame: ClientFrame }
  /** What could be read of the correlation comes back with the error. */
  | {
      readonly ok: false;
      readonly id: string | null;
      readonly action: string | null;
      readonly message: string;
    };

/** Decodes the text of one frame. Never throws; unknown fields are ignored. */
export function decodeFrame(text: string): DecodedFrame {
  const fields = parseJson(text);
  if (!isObject(fields))
    return { ok: false, id: null, action: null, message: "A frame must be a JSON object." };

  const id = frameId(fieldOf(fields, "id"), "id");
  const named = fieldOf(fields, "action");
  const action = typeof named === "string" && codePoints(named, MAX_FRAME_ID) <= MAX_FRAME_ID ? named : null;
  if (!id.ok) return { ok: false, id: null, action, message: id.message };
  const frame = clientFrame(fields, "A frame");
  return frame.ok
    ? { ok: true, id: id.value, frame: frame.value }
    : { ok: false, id: id.value, action, message: frame.message };
}
