import { createHttpHandler } from "./router.ts";
import { composeChat } from "../runtime/composition.ts";
import { readEnvironment } from "../runtime/env.ts";

export const handler = createHttpHandler(composeChat(readEnvironment("http")));
