import {
  asFields,
  bad,
  content,
  fieldOf,
  ok,
  optionalClientMessageId,
  optionalLimit,
  optionalSeq,
  requiredString,
  seq,
} from "./fields.ts";
import type { Decoded, Fields } from "./fields.ts";
import { DEFAULT_MESSAGES_PAGE, MAX_FRAME_ID } from "./limits.ts";

/** What a client may send over the WebSocket, decoded. `ping` never reaches a function. */
export type ClientFrame =
  | { readonly action: "join_conversation"; readonly conversationId: string }
  | { readonly action: "leave_conversation"; readonly conversationId: string }
  | {
      readonly action: "send_message";
      readonly conversationId: string;
      readonly content: string;
      readonly clientMessageId: string | null;
      readonly afterSeq: number | null;
    }
  | { readonly action: "typing_start"; readonly conversationId: string }
  | { readonly action: "typing_stop"; readonly conversationId: string }
  | { readonly action: "mark_read"; readonly conversationId: string; readonly seq: number }
  | {
      readonly action: "sync";
      readonly conversationId: string;
      readonly afterSeq: number;
      readonly limit: number;
    };

export type Action = ClientFrame["action"];
export type FrameOf<A extends Action> = Extract<ClientFrame, { action: A }>;

export type DecodedFrame =
  | { readonly ok: true; readonly id: string | null; readonly frame: ClientFrame }
  /** What could be read of the correlation comes back with the error. */
  | {
      readonly ok: false;
      readonly id: string | null;
      readonly action: string | null;
      readonly message: string;
    };

const DECODERS: { readonly [A in Action]: (fields: Fields) => Decoded<FrameOf<A>> } = {
  join_conversation: (fields) => inConversation("join_conversation", fields),
  leave_conversation: (fields) => inConversation("leave_conversation", fields),
  typing_start: (fields) => inConversation("typing_start", fields),
  typing_stop: (fields) => inConversation("typing_stop", fields),
  send_message: (fields) => {
    const conversationId = requiredString(fields, "conversationId");
    if (!conversationId.ok) return conversationId;
    const text = content(fields);
    if (!text.ok) return text;
    const clientMessageId = optionalClientMessageId(fields);
    if (!clientMessageId.ok) return clientMessageId;
    const afterSeq = optionalSeq(fields, "afterSeq");
    if (!afterSeq.ok) return afterSeq;
    return ok({
      action: "send_message",
      conversationId: conversationId.value,
      content: text.value,
      clientMessageId: clientMessageId.value,
      afterSeq: afterSeq.value,
    });
  },
  mark_read: (fields) => {
    const conversationId = requiredString(fields, "conversationId");
    if (!conversationId.ok) return conversationId;
    const position = seq(fields, "seq");
    if (!position.ok) return position;
    return ok({ action: "mark_read", conversationId: conversationId.value, seq: position.value });
  },
  sync: (fields) => {
    const conversationId = requiredString(fields, "conversationId");
    if (!conversationId.ok) return conversationId;
    const afterSeq = seq(fields, "afterSeq");
    if (!afterSeq.ok) return afterSeq;
    const limit = optionalLimit(fields, DEFAULT_MESSAGES_PAGE);
    if (!limit.ok) return limit;
    return ok({
      action: "sync",
      conversationId: conversationId.value,
      afterSeq: afterSeq.value,
      limit: limit.value,
    });
  },
};

export const ACTIONS = Object.keys(DECODERS) as readonly Action[];

/** Decodes the text of one frame. Never throws; unknown fields are ignored. */
export function decodeFrame(text: string): DecodedFrame {
  const fields = asFields(parseJson(text));
  if (!fields) return { ok: false, id: null, action: null, message: "A frame must be a JSON object." };

  const id = frameId(fields);
  const action = fieldOf(fields, "action");
  const named = typeof action === "string" && action.length <= MAX_FRAME_ID ? action : null;
  if (!id.ok) return { ok: false, id: null, action: named, message: id.message };
  if (typeof action !== "string" || !isAction(action)) {
    const message = `action must be one of ${ACTIONS.join(", ")}, ping.`;
    return { ok: false, id: id.value, action: named, message };
  }
  const frame: Decoded<ClientFrame> = DECODERS[action](fields);
  return frame.ok
    ? { ok: true, id: id.value, frame: frame.value }
    : { ok: false, id: id.value, action, message: frame.message };
}

const isAction = (name: string): name is Action => Object.hasOwn(DECODERS, name);

function inConversation<A extends Action>(
  action: A,
  fields: Fields,
): Decoded<{ readonly action: A; readonly conversationId: string }> {
  const conversationId = requiredString(fields, "conversationId");
  return conversationId.ok ? ok({ action, conversationId: conversationId.value }) : conversationId;
}

function frameId(fields: Fields): Decoded<string | null> {
  const id = fieldOf(fields, "id");
  if (id === undefined) return ok(null);
  if (typeof id === "string" && id.length >= 1 && id.length <= MAX_FRAME_ID) return ok(id);
  return bad(`id must be a string of 1 to ${MAX_FRAME_ID} characters.`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
