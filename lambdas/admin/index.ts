import { composeAdmin } from "../runtime/composition.ts";
import { readEnvironment } from "../runtime/env.ts";
import { traceOf } from "../runtime/http-events.ts";
import { observed } from "../runtime/observed.ts";
import { createAdminHandler } from "./router.ts";

const parts = composeAdmin(readEnvironment("admin"));

export const handler = observed(parts.chat, createAdminHandler(parts), traceOf);
