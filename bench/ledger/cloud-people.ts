import { randomUUID } from "node:crypto";
import { Device } from "../../test/support/device.ts";
import { request, tokenFor, type Endpoints } from "../../test/support/person.ts";
import type { ServerFrame } from "../../lambdas/protocol/server-frames.ts";
import type { Caller, CallerDevice, HttpCall } from "./stage.ts";

/** What people need of the stage they are on. */
export interface CloudGround {
  readonly cloud: Endpoints;
  readonly devices: Set<CloudDevice>;
  readonly counts: { frames: number; httpRequests: number; firstPush: number };
  disturb(): Promise<void>;
  nextInvocation(cause: string): Promise<void>;
  now(): number;
}

/** Somebody before the local cloud. */
export class CloudCaller implements Caller {
  readonly id: string;
  readonly #stage: CloudGround;
  readonly #scope: Readonly<Record<string, string>>;
  #token: Promise<string> | undefined;

  constructor(stage: CloudGround, { sub = randomUUID(), ...scope }: Readonly<Record<string, string>>) {
    this.#stage = stage;
    this.id = sub;
    this.#scope = scope;
  }

  async http({ route, path = {}, query = {}, body }: HttpCall): Promise<{ status: number; body: unknown }> {
    const token = await this.#signedIn();
    const [method = "", template = ""] = route.split(" ");
    const filled = template.replace(/{(\w+)}/g, (_, name: string) => encodeURIComponent(path[name] ?? ""));
    const search = new URLSearchParams(query).toString();
    this.#stage.counts.httpRequests += 1;
    return request<unknown>(this.#stage.cloud, search === "" ? filled : `${filled}?${search}`, {
      method,
      token,
      body,
    });
  }

  async connect(): Promise<CloudDevice> {
    const token = await this.#signedIn();
    const headers = { authorization: `Bearer ${token}` };
    const device = new CloudDevice(this.#stage, await Device.connect(this.#stage.cloud.wsUrl, { headers }));
    this.#stage.devices.add(device);
    return device;
  }

  async conversationWith(other: { readonly id: string }): Promise<string> {
    const route = "POST /api/conversations/find-or-create";
    const { status, body } = await this.http({ route, body: { otherUserId: other.id } });
    if (status !== 200) throw new Error(`find-or-create was answered with ${status}.`);
    return (body as { conversationId: string }).conversationId;
  }

  async #signedIn(): Promise<string> {
    await this.#stage.disturb();
    return (this.#token ??= tokenFor(this.#stage.cloud, { userId: this.id, ...this.#scope }));
  }
}

/** One socket of somebody, whose frames are counted. */
export class CloudDevice implements CallerDevice {
  readonly #stage: CloudGround;
  readonly #device: Device;

  constructor(stage: CloudGround, device: Device) {
    this.#stage = stage;
    this.#device = device;
    device.onFrame((frame) => this.#count(frame));
  }

  async act(action: string, fields: Readonly<Record<string, unknown>>): Promise<unknown> {
    await this.#stage.disturb();
    this.#stage.counts.frames += 1;
    const answer = await this.#device.request({ action, ...fields });
    if (answer.type === "error") throw new Error(`${action} was answered with ${JSON.stringify(answer)}`);
    return answer.data;
  }

  async send(frame: Readonly<Record<string, unknown>>): Promise<unknown> {
    await this.#stage.disturb();
    this.#stage.counts.frames += 1;
    const through = this.#stage.nextInvocation(String(frame["action"]));
    this.#device.send(frame);
    return through;
  }

  async ping(): Promise<void> {
    await this.#device.ping();
    this.#stage.counts.frames += 2;
  }

  async disconnect(): Promise<void> {
    await this.#stage.disturb();
    const through = this.#stage.nextInvocation("$disconnect");
    this.#stage.devices.delete(this);
    await this.#device.close();
    await through;
  }

  /** What was pushed to it so far has come: a socket delivers in order. */
  async caughtUp(): Promise<void> {
    if (this.#device.isOpen) await this.#device.ping();
  }

  vanish(): Promise<void> {
    return this.#device.vanish();
  }

  /** A pong is counted by who has asked for it. */
  #count({ type }: ServerFrame): void {
    if (type === "pong") return;
    const { counts } = this.#stage;
    counts.frames += 1;
    if (type !== "ack" && type !== "error") counts.firstPush = Math.min(counts.firstPush, this.#stage.now());
  }
}
