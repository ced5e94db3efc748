import { area } from "../row.ts";
import { TRAFFIC, UNVERIFIED, WS_BACKEND, WS_CONNECT, WS_FRAMES, WS_LIBRARY, WS_QUOTAS } from "../sources.ts";

export const CONNECT = area("$connect", [
  ["connect.waits", "documented", WS_CONNECT, "The upgrade waits for the integration."],
  ["connect.refused", "documented", WS_CONNECT, "A status other than 2xx reaches the client before any 101."],
  ["connect.throws", "seen", TRAFFIC, "A handler's error is 502."],
  ["connect.malformed", "seen", TRAFFIC, "A malformed response is 502."],
  [
    "connect.timeout",
    "belief",
    UNVERIFIED,
    "An integration that takes too long refuses the connection with a 5xx.",
  ],
  [
    "connect.subprotocol",
    "documented",
    WS_CONNECT,
    "The subprotocol that the function returns in `Sec-WebSocket-Protocol`, in any case, is selected.",
  ],
  [
    "connect.no-subprotocol",
    "ran",
    WS_LIBRARY,
    "No subprotocol is selected unless the function returns one.",
  ],
  [
    "connect.gone-meanwhile",
    "documented",
    WS_BACKEND,
    "A post to a connection whose `$connect` still runs answers 410.",
  ],
  ["connect.wrong-path", "belief", UNVERIFIED, "An upgrade to a path that is no stage is 403."],
  [
    "connect.no-deflate",
    "belief",
    UNVERIFIED,
    "Compression is never negotiated, so that limits are deterministic.",
  ],
  [
    "connect.early-frames",
    "belief",
    UNVERIFIED,
    "Frames sent in one piece with the upgrade are dispatched after `$connect`.",
  ],
  ["connect.left", "belief", UNVERIFIED, "A client that leaves while `$connect` runs is still disconnected."],
]);

export const CLOSING = area("Closing", [
  [
    "close.no-code",
    "seen",
    TRAFFIC,
    "A client's close without a code is 1005, `Client-side close frame status not set`.",
  ],
  ["close.going-away", "seen", TRAFFIC, "A client's close with 1001 is 1001 with an empty reason."],
  ["close.own-code", "belief", UNVERIFIED, "A client's own code and reason are passed on."],
  ["close.idle", "seen", TRAFFIC, "An idle connection is closed with 1001 `Going away`."],
  [
    "close.lifetime",
    "belief",
    UNVERIFIED,
    "A connection at the end of its lifetime is closed with 1001 `Going away`.",
  ],
  [
    "close.backend",
    "seen",
    TRAFFIC,
    "A DELETE closes with 1000 `Connection Closed Normally`, and `$disconnect` is invoked.",
  ],
  ["close.abnormal", "belief", UNVERIFIED, "A connection that is cut is 1006."],
]);

export const LIMITS = area("WebSocket limits", [
  [
    "limits.quotas",
    "documented",
    WS_QUOTAS,
    "The limits are the documented ones unless a test compresses them.",
  ],
  ["limits.frame", "documented", WS_QUOTAS, "A frame of 32 KB passes; one byte more closes with 1009."],
  [
    "limits.message",
    "documented",
    WS_QUOTAS,
    "A message of 128 KB in fragments of 32 KB passes; beyond 128 KB it closes with 1009.",
  ],
  ["limits.binary", "documented", WS_FRAMES, "A binary frame closes with 1003."],
  ["limits.activity", "documented", WS_QUOTAS, "Messages either way keep a connection from idling out."],
  ["limits.ping", "documented", WS_QUOTAS, "A protocol ping is answered by a pong with its payload."],
  [
    "limits.url",
    "documented",
    WS_QUOTAS,
    "A request target above 4,096 bytes is refused before anything is invoked.",
  ],
  [
    "limits.integration",
    "documented",
    WS_QUOTAS,
    "An integration's own timeout ends the wait before the function's does, and the function goes on.",
  ],
  ["limits.connects", "belief", UNVERIFIED, "New connections beyond the rate are refused with 429."],
]);
