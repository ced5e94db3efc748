import type { Chat, ConnectedCaller } from "../chat/chat.ts";
import type { FrameOf } from "../protocol/client-frames.ts";
import type { Action } from "../protocol/routes.ts";
import type { AckData } from "../protocol/server-frames.ts";

/** One action: a decoded frame in, the data of its ack out. Refusals are thrown. */
export type Route<A extends Action> = (
  chat: Chat,
  caller: ConnectedCaller,
  frame: FrameOf<A>,
) => Promise<AckData[A]>;
