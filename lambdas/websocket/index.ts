import { composeChat } from "../runtime/composition.ts";
import { readEnvironment } from "../runtime/env.ts";
import { createWebSocketHandler } from "./router.ts";

export const handler = createWebSocketHandler(composeChat(readEnvironment("websocket")));
