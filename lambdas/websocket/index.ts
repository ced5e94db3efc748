import { composeWebSocket } from "../runtime/composition.ts";
import { readEnvironment } from "../runtime/env.ts";
import { observed } from "../runtime/observed.ts";
import { traceOf } from "./caller.ts";
import { createWebSocketHandler } from "./router.ts";

const parts = composeWebSocket(readEnvironment("websocket"));

export const handler = observed(parts.chat, createWebSocketHandler(parts), traceOf);
