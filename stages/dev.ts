import type { StageSettings } from "../lib/stage-settings.ts";
import { BASE } from "./base.ts";

/** To try things in an account: goes with its stacks, and anybody may sign up. */
export const dev: StageSettings = {
  ...BASE,
  disposable: true,
  directory: "prefix",
  allowedOrigins: ["http://localhost:3000", "http://localhost:5173"],
  selfSignUp: true,
  chosenHandles: true,
  logRetentionDays: 14,
};
