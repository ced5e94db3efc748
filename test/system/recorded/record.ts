import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { parseArgs } from "node:util";
import { Cast } from "../../support/cast.ts";
import { Naming, type RecordedStep, type Recording } from "../../support/recording.ts";
import { Session } from "../../support/session.ts";
import { Placeholders } from "../../support/transcript.ts";

/*
 * Plays the steps of a recording on a running cloud, of whichever version, and writes what comes into the same
 * file: node --import tsx test/system/recorded/record.ts --http <httpUrl> --ws <wsUrl> [file]
 */

/** So long nothing comes, and the next step begins. */
const QUIET_MS = 600;

const { values, positionals } = parseArgs({
  options: { http: { type: "string", default: "" }, ws: { type: "string", default: "" } },
  allowPositionals: true,
});
const file = positionals[0] ?? join(import.meta.dirname, "first-protocol.json");
const recording = JSON.parse(await readFile(file, "utf8")) as Recording;
const cast = new Cast({ httpUrl: values.http, wsUrl: values.ws });
const naming = new Naming(new Placeholders());
const session = new Session(cast, naming.placeholders, (who, id) => naming.learn(who, id));
const told = new Map<string, number>();
const closed = new Map<string, number>();

const steps: RecordedStep[] = [];
for (const { answer: _answer, frames: _frames, ...deed } of recording.steps) {
  const answer = await session.act(deed);
  for (const [name, device] of session.devices) {
    device.closed.then(({ code }) => closed.set(name, code)).catch(() => undefined);
  }
  let before = -1;
  while (before !== countOf()) {
    before = countOf();
    await pause(QUIET_MS);
  }
  const step: RecordedStep = { ...deed };
  if (answer !== undefined) step.answer = naming.named(answer);
  const frames = Object.fromEntries([...session.devices.keys()].map((name) => [name, newFrames(name)]));
  const some = Object.fromEntries(Object.entries(frames).filter(([, came]) => came.length > 0));
  if (Object.keys(some).length > 0) step.frames = some;
  steps.push(step);
}
await session.leave();
await writeFile(file, `${JSON.stringify({ ...recording, steps }, null, 2)}\n`);

function newFrames(name: string): readonly unknown[] {
  const { received } = session.device(name);
  const frames = received.slice(told.get(name) ?? 0).map((frame) => naming.named(frame));
  told.set(name, received.length);
  const code = closed.get(name);
  if (code === undefined) return frames;
  session.devices.delete(name);
  return [...frames, { closed: code }];
}

function countOf(): number {
  return [...session.devices.values()].reduce((sum, { received }) => sum + received.length, closed.size);
}
