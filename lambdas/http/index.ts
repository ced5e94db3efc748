import { composeChat } from "../runtime/composition.ts";
import { readEnvironment } from "../runtime/env.ts";
import { createHttpHandler } from "./router.ts";

export const handler = createHttpHandler(composeChat(readEnvironment("http")));
