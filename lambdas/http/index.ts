import { composeHttp } from "../runtime/composition.ts";
import { readEnvironment } from "../runtime/env.ts";
import { observed } from "../runtime/observed.ts";
import { createHttpHandler, traceOf } from "./router.ts";

const parts = composeHttp(readEnvironment("http"));

export const handler = observed(parts.chat, createHttpHandler(parts), traceOf);
