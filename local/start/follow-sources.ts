import { NOTHING } from "../assembly/model-changes.ts";
import type { Terminal } from "./terminal.ts";
import type { AppSource } from "./app-source.ts";
import type { ReloadOutcome } from "./reload.ts";

/** How long a change may wait whose file has changed without effect so often in a row. */
const waitFor = (times: number): number => (times === 0 ? 0 : Math.min(2 ** times * 500, 600_000));

/**
 * Reloads when the project's sources change, and says what came of it. A file that changes again and again and
 * never makes a difference, as a log in the project's folder or what the synthesis itself writes there, is
 * given ever more time: a reload that is said writes the next line of that log.
 */
export function followSources(
  watch: AppSource["watch"],
  reload: () => Promise<ReloadOutcome>,
  terminal: Terminal,
): { close(): void } {
  const withoutEffect = new Map<string, number>();
  let waiting: { readonly timer: NodeJS.Timeout; readonly at: number } | undefined;
  /** Until it is through, what it was asked for still counts as changed. */
  let reloading = false;
  let closed = false;
  let lastFailure = "";

  const act = (names: readonly string[], times: number): void => {
    waiting = undefined;
    reloading = true;
    if (times === 0) terminal.info("The sources have changed.");
    const again = (): void => {
      reloading = false;
      if (!closed) lookAgain();
    };
    const reloaded = reload().then(
      (outcome) => {
        const said = outcome.type === "failed" && outcome.message === lastFailure;
        lastFailure = outcome.type === "failed" ? outcome.message : "";
        if (said || (outcome.type === "reloaded" && outcome.changes === NOTHING)) {
          for (const name of names) withoutEffect.set(name, (withoutEffect.get(name) ?? 0) + 1);
          if (times === 0)
            terminal.info(said ? "That does not change the failure." : `Reloaded: ${NOTHING}.`);
          if (times === 1) terminal.info(withoutEffectAgain(names));
          return;
        }
        for (const name of names) withoutEffect.delete(name);
        if (outcome.type === "reloaded") terminal.info(`Reloaded: ${outcome.changes}.`);
        else terminal.problem(`${outcome.message}\nThe previous version goes on.`);
      },
      (error: unknown) => terminal.problem(`The reload failed: ${String(error)}`),
    );
    reloaded.then(again, again);
  };

  const lookAgain = watch(
    (names) => {
      if (closed || reloading) return;
      // Without names it is cdk.json's watch or the environment that differs.
      const times = Math.min(
        ...names.map((name) => withoutEffect.get(name) ?? 0),
        names.length === 0 ? 0 : Infinity,
      );
      const at = Date.now() + waitFor(times);
      if (waiting !== undefined && waiting.at <= at) return;
      clearTimeout(waiting?.timer);
      waiting = { at, timer: setTimeout(() => act(names, times), waitFor(times)) };
    },
    (sentence) => terminal.problem(sentence),
  );
  return {
    close: () => {
      closed = true;
      clearTimeout(waiting?.timer);
    },
  };
}

const withoutEffectAgain = (names: readonly string[]): string =>
  `${names.slice(0, 3).join(", ")} changes without effect on what is served, and is looked at more and more seldom: ` +
  `"watch": { "exclude": [...] } in cdk.json leaves it out.`;
