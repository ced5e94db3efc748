import type { StageSettings } from "../lib/stage-settings.ts";
import { dev } from "./dev.ts";
import { local } from "./local.ts";
import { prod } from "./prod.ts";

/** Every stage there is, by its name: the file is stages/<name>.ts. */
export const STAGES: Readonly<Record<string, StageSettings>> = { dev, local, prod };
