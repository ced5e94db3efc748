import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import type { ServerFrame } from "../../lambdas/protocol/server-frames.ts";
import { differencesOf, type RecordedStep, type Recording } from "../support/recording.ts";
import { Session } from "../support/session.ts";
import { Placeholders } from "../support/transcript.ts";
import { test } from "./chat-test.ts";

const { steps } = JSON.parse(
  readFileSync(join(import.meta.dirname, "recorded/first-protocol.json"), "utf8"),
) as Recording;

/** What has no fixed place among a socket's frames, and may come more often than was recorded. */
const isLoose = ({ type }: { readonly type?: unknown }): boolean =>
  type === "user_online" || type === "user_offline" || type === "user_stopped_typing";

interface Wanted {
  readonly type: string;
  readonly userId?: string;
  readonly version?: number;
  readonly closed?: number;
}

/** Plays the deeds of a recording; each waits for what it had brought when it was recorded. */
class Replay {
  /** What has come, if not as it was recorded. */
  readonly differences: string[] = [];
  readonly #placeholders = new Placeholders();
  readonly #counts = new Map<string, number>();
  readonly session: Session;

  constructor(cast: ConstructorParameters<typeof Session>[0]) {
    this.session = new Session(cast, this.#placeholders, (who, id) => this.#placeholders.learn(who, id));
  }

  async play(step: RecordedStep, index: number): Promise<void> {
    const answer = await this.session.act(step);
    const what = `${index + 1} (${JSON.stringify(step).slice(0, 160)})`;
    this.#compare(step.answer, answer, `${what}: answer`);
    for (const [device, frames] of Object.entries(step.frames ?? {})) {
      for (const frame of frames) await this.#receive(device, frame, `${what}: ${device}`);
    }
  }

  /** Nobody who did what clients did then was told anything that they do not know. */
  async assertNothingElse(): Promise<void> {
    for (const [name, device] of this.session.devices) {
      if (device.isOpen) await device.ping();
      const came = device.received.filter((frame) => !isLoose(frame) && frame.type !== "pong");
      const count = this.#counts.get(name) ?? 0;
      if (came.length !== count)
        this.differences.push(`${name} got ${JSON.stringify(came.slice(count))} too`);
    }
  }

  async #receive(name: string, recorded: unknown, what: string): Promise<void> {
    const device = this.session.device(name);
    const wanted = recorded as Wanted;
    const { type, closed } = wanted;
    if (closed !== undefined) return this.#compare(closed, (await device.closed).code, what);
    const isMeant = (frame: ServerFrame): boolean =>
      isLoose(wanted) ? this.#isAbout(frame, wanted) : !isLoose(frame);
    this.#compare(recorded, await device.next(isMeant), what);
    if (!isLoose(wanted) && type !== "pong") this.#counts.set(name, (this.#counts.get(name) ?? 0) + 1);
  }

  #isAbout(frame: ServerFrame, { type, userId = "", version }: Wanted): boolean {
    if (frame.type !== type || !("userId" in frame)) return false;
    const about = "version" in frame ? frame.version : undefined;
    return frame.userId === this.#placeholders.fill(userId) && about === version;
  }

  #compare(recorded: unknown, came: unknown, what: string): void {
    if (recorded !== undefined)
      this.differences.push(...differencesOf(recorded, came, this.#placeholders, what));
  }
}

test("a client of the first version is told all that it was told then", async ({ cast }) => {
  expect(steps.length).toBeGreaterThan(100);
  const replay = new Replay(cast);
  try {
    for (const [index, step] of steps.entries()) await replay.play(step, index);
    await replay.assertNothingElse();
  } finally {
    await replay.session.leave();
  }
  expect(replay.differences).toEqual([]);
});
