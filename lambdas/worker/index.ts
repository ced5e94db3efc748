import { composeWorker } from "../runtime/composition.ts";
import { readEnvironment } from "../runtime/env.ts";
import { observed } from "../runtime/observed.ts";
import { createWorker } from "./handler.ts";

const parts = composeWorker(readEnvironment("worker"));

export const handler = observed(parts.chat, createWorker(parts));
