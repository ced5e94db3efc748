import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv } from "ajv";
import { Ajv2020 } from "ajv/dist/2020.js";
import { expect } from "vitest";
import type { ServerFrame } from "../../lambdas/protocol/server-frames.ts";
import type { Cast } from "../support/cast.ts";
import { Device } from "../support/device.ts";
import { request } from "../support/person.ts";
import type { Person } from "../support/person.ts";
import { Placeholders, stepsOf } from "../support/transcript.ts";
import type { Step } from "../support/transcript.ts";
import { test } from "./chat-test.ts";

const DOCS = join(import.meta.dirname, "../../docs");
const read = (name: string): string => readFileSync(join(DOCS, name), "utf8");

const NAMES = { alice: "Alice Liddell", bob: "Bob Dodgson", mallory: "Mallory" };

/** What the published documents say of what comes. */
class Documents {
  readonly #openApi = new Ajv2020({ strict: false, validateFormats: false });
  readonly #asyncApi = new Ajv({ strict: false, validateFormats: false });

  constructor() {
    this.#openApi.addSchema(JSON.parse(read("openapi.json")) as object, "openapi.json");
    this.#asyncApi.addSchema(JSON.parse(read("asyncapi.json")) as object, "asyncapi.json");
  }

  checkFrame(frame: ServerFrame): void {
    const name = frame.type === "ack" ? `${frame.action}_ack` : frame.type;
    const validate = this.#asyncApi.compile({ $ref: `asyncapi.json#/components/messages/${name}/payload` });
    expect({ frame, fits: validate(frame), errors: validate.errors }).toEqual({
      frame,
      fits: true,
      errors: null,
    });
  }

  checkAnswer({ method, path, status }: Extract<Step, { type: "request" }>, body: unknown): void {
    const route = path.replace(/\?.*$/, "").replace("<chat>", "{conversationId}").replaceAll("/", "~1");
    const at =
      status < 400
        ? `#/paths/${route.replaceAll("{", "%7B").replaceAll("}", "%7D")}/${method.toLowerCase()}/responses/${status}`
        : `#/components/responses/${(body as { code: string }).code}`;
    const schema = { $ref: `openapi.json${at}/content/application~1json/schema` };
    const validate = this.#openApi.compile(schema);
    expect({ body, fits: validate(body), errors: validate.errors }).toEqual({
      body,
      fits: true,
      errors: null,
    });
  }
}

/** What has no fixed place among a socket's frames, and may come more often than the page shows. */
const isLoose = ({ type }: ServerFrame): boolean =>
  type === "user_online" || type === "user_offline" || type === "user_stopped_typing";

/** Plays a transcript's steps; each waits for what the one before has brought. */
class Replay {
  readonly #cast: Cast;
  readonly #documents = new Documents();
  readonly #placeholders = new Placeholders();
  readonly #people = new Map<string, Person>();
  readonly #devices = new Map<string, Device>();
  /** What the page has shown of each, pongs and what is loose apart. */
  readonly #shown = new Map<string, ServerFrame[]>();

  constructor(cast: Cast) {
    this.#cast = cast;
  }

  async play(step: Step): Promise<void> {
    switch (step.type) {
      case "define":
        return this.#placeholders.define(step.name, step.value);
      case "refused":
        return this.#isRefused(step.status);
      case "connect":
        return this.#connect(step);
      case "send":
        return this.#device(step.who).send(this.#frame(step.text));
      case "receive":
        return this.#receive(step.who, step.frame);
      case "closed":
        expect((await this.#device(step.who).closed).code).toBe(step.code);
        return;
      case "close":
        await this.#device(step.who).close();
        return;
      case "request":
        return this.#request(step);
    }
  }

  /** Nobody got anything that the page does not show. */
  async assertNothingElse(): Promise<void> {
    for (const [who, device] of this.#devices) {
      if (device.isOpen) await device.ping();
      const came = device.received.filter((frame) => !isLoose(frame) && frame.type !== "pong");
      expect([who, came]).toEqual([who, this.#shown.get(who) ?? []]);
    }
  }

  async #receive(who: string, template: unknown): Promise<void> {
    const wanted = template as ServerFrame;
    // All else comes in the order of the page.
    const frame = await this.#device(who).next((one) =>
      isLoose(wanted) ? one.type === wanted.type && this.#isAbout(one, wanted) : !isLoose(one),
    );
    expect([who, frame]).toEqual([who, this.#placeholders.expected(template, frame)]);
    this.#documents.checkFrame(frame);
    if (isLoose(frame) || frame.type === "pong") return;
    this.#shown.set(who, [...(this.#shown.get(who) ?? []), frame]);
  }

  #isAbout(one: ServerFrame, wanted: ServerFrame): boolean {
    return "userId" in one && "userId" in wanted && one.userId === this.#placeholders.fill(wanted.userId);
  }

  #frame(text: string): string | Buffer {
    if (text === "bytes") return Buffer.from("{}");
    if (text === "33 KB") return "x".repeat(33 * 1024);
    return this.#placeholders.fill(text, (value) => JSON.stringify(value).slice(1, -1));
  }

  async #request(step: Extract<Step, { type: "request" }>): Promise<void> {
    const person = await this.#person(step.who);
    const path = this.#placeholders.fill(step.path, encodeURIComponent);
    const body = step.body === null ? {} : { body: this.#frame(step.body) as string };
    const answer = await request(this.#cast.cloud, path, {
      method: step.method,
      token: person.token,
      ...body,
    });
    const expected = { status: step.status, body: this.#placeholders.expected(step.answer, answer.body) };
    expect({ status: answer.status, body: answer.body }).toEqual(expected);
    this.#documents.checkAnswer(step, answer.body);
  }

  async #isRefused(status: number): Promise<void> {
    const outcome = await Device.attempt(this.#cast.cloud.wsUrl, {});
    expect(outcome).toMatchObject({ type: "refused", status });
  }

  async #connect({ who, how }: Extract<Step, { type: "connect" }>): Promise<void> {
    const person = await this.#person(who);
    const device = await (how === "header"
      ? person.connect()
      : person.connect({ subprotocols: ["chat.v1", person.token] }));
    expect(device.subprotocol).toBe(how === "header" ? "" : "chat.v1");
    this.#devices.set(who, device);
  }

  #device(who: string): Device {
    const device = this.#devices.get(who);
    if (!device) throw new Error(`${who} is not connected.`);
    return device;
  }

  async #person(who: string): Promise<Person> {
    const known = this.#people.get(who);
    if (known) return known;
    const person = await this.#cast.stranger(who, { displayName: NAMES[who as keyof typeof NAMES] });
    this.#people.set(who, person);
    this.#placeholders.learn(who, person.id);
    return person;
  }
}

test("docs/transcript.md is what happens", async ({ cast }) => {
  const steps = stepsOf(read("transcript.md"));
  expect(steps.length).toBeGreaterThan(50);
  const replay = new Replay(cast);
  for (const step of steps) await replay.play(step);
  await replay.assertNothingElse();
});
