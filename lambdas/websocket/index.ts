import { composeChat } from "../runtime/composition.ts";
import { readEnvironment } from "../runtime/env.ts";
import { observed } from "../runtime/observed.ts";
import { traceOf } from "./caller.ts";
import { createWebSocketHandler } from "./router.ts";

const chat = composeChat(readEnvironment("websocket"));

export const handler = observed(chat, createWebSocketHandler(chat), traceOf);
