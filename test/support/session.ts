import type { Cast } from "./cast.ts";
import { Device } from "./device.ts";
import { request, type Person } from "./person.ts";
import type { Deed } from "./recording.ts";
import type { Placeholders } from "./transcript.ts";

/** Does what a recording says, with people and sockets of its own. */
export class Session {
  readonly devices = new Map<string, Device>();
  readonly #people = new Map<string, Person>();

  /** `met` is told the id of each that comes into it. */
  constructor(
    readonly cast: Cast,
    readonly placeholders: Placeholders,
    readonly met: (who: string, userId: string) => void,
  ) {}

  /** What answers at once; what comes of it beside that, the devices have. */
  async act(deed: Deed): Promise<unknown> {
    switch (deed.do) {
      case "connect":
        return this.#connect(deed);
      case "send":
        return this.device(deed.device).send(this.#frame(deed.frame));
      case "close":
        return void (await this.device(deed.device).close());
      case "request":
        return this.#request(deed);
    }
  }

  async leave(): Promise<void> {
    await Promise.all([...this.devices.values()].map((device) => device.vanish()));
  }

  device(name: string): Device {
    const device = this.devices.get(name);
    if (!device) throw new Error(`${name} is not connected.`);
    return device;
  }

  async #connect({ device: name, by }: Extract<Deed, { do: "connect" }>): Promise<unknown> {
    const { id: who, token } = await this.#person(name.split(" ")[0]!);
    const ways = {
      header: { headers: { authorization: `Bearer ${token}` } },
      subprotocol: { subprotocols: ["chat.v1", token] },
      nothing: {},
    };
    const outcome = await Device.attempt(this.cast.cloud.wsUrl, ways[by]);
    if (outcome.type === "refused") return { status: outcome.status };
    if (by === "nothing") throw new Error(`${who} needed no token.`);
    this.devices.set(name, outcome.client);
    return { status: 101, subprotocol: outcome.client.subprotocol };
  }

  async #request({ person: who, method, path, body }: Extract<Deed, { do: "request" }>): Promise<unknown> {
    const token = who === "nobody" ? null : (await this.#person(who)).token;
    const answer = await request(this.cast.cloud, this.placeholders.fill(path, encodeURIComponent), {
      ...{ method, token },
      ...(body === undefined ? {} : { body: this.#frame(body) }),
    });
    return { status: answer.status, body: answer.body };
  }

  #frame(frame: unknown): string | Buffer {
    if (frame === "<bytes>") return Buffer.from("{}");
    if (frame === "<33 KB>") return "x".repeat(33 * 1024);
    const text = typeof frame === "string" ? frame : JSON.stringify(frame);
    return this.placeholders.fill(text, (value) => JSON.stringify(value).slice(1, -1));
  }

  async #person(who: string): Promise<Person> {
    const known = this.#people.get(who);
    if (known) return known;
    const person = await this.cast.stranger(who, { displayName: `${who} of the recording` });
    this.#people.set(who, person);
    this.met(who, person.id);
    return person;
  }
}
