import type { StageSettings } from "../lib/stage-settings.ts";
import { BASE } from "./base.ts";

export const prod: StageSettings = {
  ...BASE,
  throttleRate: 2000,
  throttleBurst: 4000,
};
