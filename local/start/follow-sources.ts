import type { Terminal } from "./terminal.ts";
import type { AppSource } from "./app-source.ts";
import type { ReloadOutcome } from "./reload.ts";

/** Reloads when the project's sources change, and says what came of it. */
export function followSources(
  watch: AppSource["watch"],
  reload: () => Promise<ReloadOutcome>,
  terminal: Terminal,
): void {
  watch(() => {
    terminal.info("The sources have changed.");
    reload().then(
      (outcome) => {
        if (outcome.type === "reloaded") terminal.info(`Reloaded: ${outcome.changes}.`);
        else terminal.problem(`${outcome.message}\nThe previous version goes on.`);
      },
      (error: unknown) => terminal.problem(`The reload failed: ${String(error)}`),
    );
  });
}
