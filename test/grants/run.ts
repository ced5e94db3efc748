import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createSynthesizer } from "../../local/assembly/synthesize.ts";
import { startCloud, type Cloud } from "../../local/start/cloud.ts";
import { grantsIn, isExercised, remove, type Grant } from "./removals.ts";
import { walkOver } from "./walk.ts";

/**
 * Takes every grant away by itself, walks over all that the app does, and says what failed. A grant that nothing
 * misses is one too many, or the walk does not reach what needs it.
 */

const ROOT = join(import.meta.dirname, "../..");
const only = process.argv.slice(2);
const folder = await mkdtemp(join(tmpdir(), "grants-"));
const synthesizer = createSynthesizer({
  folder: ROOT,
  settings: { stage: "local", presenceGraceSeconds: "0", appendsWindowSeconds: "0" },
  cacheFolder: join(ROOT, ".local/assemblies"),
});
let refusals: string[] = [];
/** What was begun under the removal before may still be refused: only the refusals of this one count. */
let removed: Grant | undefined;
let tellRefusal = (): void => undefined;

const started = performance.now();
let cloud: Cloud | undefined;
try {
  const synthesis = await synthesizer.synthesize();
  if (synthesis.type === "failed") throw new Error(synthesis.message);
  const assembly = join(folder, "cdk.out");
  await cp(synthesis.folder, assembly, { recursive: true });
  cloud = await serve(assembly);
  const whole = await walk(cloud);
  if (whole !== null) throw new Error(`With every grant the walk fails already: ${whole}`);

  const grants = grantsIn(assembly).filter(isExercised);
  const chosen = grants.filter((grant) => only.every((part) => nameOf(grant).includes(part)));
  const unmissed: Grant[] = [];
  for (const grant of chosen) {
    removed = grant;
    const putBack = remove(assembly, grant);
    const failed = await afterReload(cloud);
    putBack();
    if (failed === null) unmissed.push(grant);
    console.log(`| ${grant.function} | ${grant.resource} | ${grant.action} | ${failed ?? "NOTHING"} |`);
  }
  console.log(
    `${chosen.length - unmissed.length} of ${chosen.length} grants are missed (${Math.round((performance.now() - started) / 1000)} s)`,
  );
  if (unmissed.length > 0 || chosen.length === 0) process.exitCode = 1;
} finally {
  await cloud?.stop();
  await synthesizer.close();
  await rm(folder, { recursive: true, force: true });
}

function nameOf(grant: Grant): string {
  return `${grant.function} ${grant.action} ${grant.resource}`;
}

async function afterReload(running: Cloud): Promise<string | null> {
  refusals = [];
  const outcome = await running.reload();
  if (outcome.type === "failed") return `the start: ${outcome.message}`;
  return walk(running);
}

/** The first step that fails, or in which a call is refused, with the refusal; null where all went well. */
async function walk(running: Cloud): Promise<string | null> {
  const [atStart] = refusals;
  if (atStart !== undefined) return `event sources: ${atStart}`;
  const { steps, leave } = await walkOver(running);
  try {
    for (const { name, run } of steps) {
      const refused = new Promise<string>((resolve) => {
        tellRefusal = () => resolve("refused");
        if (refusals.length > 0) tellRefusal();
      });
      const failure = await Promise.race([
        run().then(
          () => null,
          (error: unknown) => String(error),
        ),
        refused,
      ]);
      const [refusal] = refusals;
      if (failure !== null || refusal !== undefined) return `${name}: ${refusal ?? failure ?? ""}`;
    }
    return await quietEnd();
  } finally {
    await leave();
  }
}

/** What the worker does after the last step has the time in which its events came before. */
function quietEnd(): Promise<string | null> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(null), 2_000);
    tellRefusal = () => {
      clearTimeout(timer);
      resolve(`the worker, afterwards: ${refusals[0] ?? ""}`);
    };
    if (refusals.length > 0) tellRefusal();
  });
}

async function serve(assemblyFolder: string): Promise<Cloud> {
  const outcome = await startCloud({
    ...{ port: 0, ephemeral: true, json: true, dataFolder: "", settings: {}, assemblyFolder },
    ...{ watch: false, color: false, projectFolder: ROOT },
    terminal: {
      info: () => undefined,
      problem: (text) => console.error(text),
      functions: { line: () => undefined, invocation: () => undefined },
      gateway: () => undefined,
      events: ({ source, message }) => {
        if (source !== "rights") return;
        if (
          removed !== undefined &&
          !(message.includes(removed.function) && message.includes(removed.action))
        )
          return;
        refusals.push(message.replace(/^.*assumed-role\/\S*\/(\S+) is/, "$1 is").replace(/ because .*$/, ""));
        tellRefusal();
      },
    },
  });
  if (outcome.type === "failed") throw new Error(outcome.message);
  return outcome.cloud;
}
