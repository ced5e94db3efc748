import { composeChat } from "../runtime/composition.ts";
import { readEnvironment } from "../runtime/env.ts";
import { traceOf } from "../runtime/http-events.ts";
import { observed } from "../runtime/observed.ts";
import { createHttpHandler } from "./router.ts";

const chat = composeChat(readEnvironment("http"));

export const handler = observed(chat, createHttpHandler(chat), traceOf);
