import { composeWorker } from "../runtime/composition.ts";
import { readEnvironment } from "../runtime/env.ts";
import { createWorker } from "./handler.ts";

export const handler = createWorker(composeWorker(readEnvironment("worker")));
