import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { afterAll, beforeAll } from "vitest";
import { startCloud, type Cloud, type CloudOutcome } from "../../start/cloud.ts";
import { serviceLimits, type GatewayLimits } from "../../gateway/limits.ts";
import type { GatewayLogLine } from "../../gateway/log-line.ts";
import { openClient, type Client, type ClientOptions, type OpenResult } from "../gateway/ws-client.ts";
import { openGate, type Gate } from "./gate.ts";
import { createRecorder, type Fields, type Recorder, type SeenEvent } from "./recorder.ts";
import type { Script } from "./script.ts";

const APP = join(import.meta.dirname, "app");

/** The fixture app, served by the real local cloud in this process. */
export interface ConformanceCloud {
  readonly cloud: Cloud;
  /** The service's own figures unless a test compresses one. */
  readonly limits: GatewayLimits;
  readonly recorder: Recorder;
  readonly requests: readonly GatewayLogLine[];
  /** A connection of a user of its own; throws when it is refused. */
  connect(options?: ConnectOptions): Promise<Connected>;
  tryConnect(options?: ConnectOptions): Promise<OpenResult>;
  /** A call of the HTTP API with a script for its function. */
  call(path: string, script?: Script, init?: RequestInit): Promise<Response>;
  /** An address at which functions wait until the test lets them go on. */
  gate(): Promise<Gate>;
}

export interface ConnectOptions extends ClientOptions {
  readonly user?: string;
  readonly script?: Script;
  /** For the authorizer. */
  readonly auth?: Script;
}

export interface Connected extends Client {
  readonly user: string;
  readonly connectionId: string;
  /** This connection's event of a type, once it has arrived. */
  event(type: "CONNECT" | "MESSAGE" | "DISCONNECT"): Promise<SeenEvent>;
}

export function contextOf(event: Fields): Fields {
  return event["requestContext"] as Fields;
}

export function launch(
  options: { variant?: string; assemblyFolder?: string; limits?: GatewayLimits; recorder?: Recorder } = {},
  requests: GatewayLogLine[] = [],
): Promise<CloudOutcome> {
  const { variant = "full", assemblyFolder, limits = serviceLimits(), recorder = createRecorder() } = options;
  return startCloud({
    port: 0,
    ephemeral: true,
    json: true,
    dataFolder: "",
    settings: { variant },
    ...(assemblyFolder === undefined ? {} : { assemblyFolder }),
    watch: false,
    color: false,
    projectFolder: APP,
    limits,
    terminal: {
      info: () => undefined,
      problem: () => undefined,
      functions: recorder,
      gateway: (line) => requests.push(line),
      events: () => undefined,
    },
  });
}

/** Starts one cloud for a test file. The function returned gives it to the tests. */
export function useCloud(variant = "full"): () => ConformanceCloud {
  const limits = serviceLimits();
  const recorder = createRecorder();
  const requests: GatewayLogLine[] = [];
  const clients: Client[] = [];
  const gates: Gate[] = [];
  let cloud: Cloud | undefined;
  beforeAll(async () => {
    const outcome = await launch({ variant, limits, recorder }, requests);
    if (outcome.type === "failed") throw new Error(outcome.message);
    ({ cloud } = outcome);
  });
  afterAll(async () => {
    for (const gate of gates) await gate.close();
    for (const client of clients) client.socket.terminate();
    await cloud?.stop();
  });

  const running = (): Cloud => {
    if (cloud === undefined) throw new Error("The cloud has not been started.");
    return cloud;
  };
  const tryConnect = async (options: ConnectOptions = {}): Promise<OpenResult> => {
    const { user = randomUUID(), script, auth, headers, suffix = "", ...rest } = options;
    const result = await openClient(running().wsUrl + suffix, {
      ...rest,
      headers: {
        ...(user === "" ? {} : { "X-User": user }),
        ...(script === undefined ? {} : { "X-Script": JSON.stringify(script) }),
        ...(auth === undefined ? {} : { "X-Auth": JSON.stringify(auth) }),
        ...headers,
      },
    });
    if (result.type === "open") clients.push(result.client);
    return result;
  };
  const tools: Omit<ConformanceCloud, "cloud"> = {
    limits,
    recorder,
    requests,
    tryConnect,
    async connect(options = {}) {
      const user = options.user ?? randomUUID();
      const result = await tryConnect({ ...options, user });
      if (result.type === "refused") throw new Error(`refused with ${result.status}: ${result.body}`);
      const isMine = ({ event }: SeenEvent): boolean =>
        event["type"] !== "REQUEST" && (event["headers"] as Fields | undefined)?.["X-User"] === user;
      const [opened] = await recorder.until(isMine);
      const connectionId = String(contextOf(opened?.event ?? {})["connectionId"]);
      const event = async (type: string): Promise<SeenEvent> => {
        const [found] = await recorder.until(({ event: candidate }) => {
          const context = candidate["type"] === "REQUEST" ? undefined : candidate["requestContext"];
          const { connectionId: id, eventType } = (context ?? {}) as Fields;
          return id === connectionId && eventType === type;
        });
        return found as SeenEvent;
      };
      return Object.create(result.client, {
        user: { value: user },
        connectionId: { value: connectionId },
        event: { value: event },
      }) as Connected;
    },
    call(path, script = {}, init = {}) {
      const headers = { ...(init.headers as Record<string, string>), "x-script": JSON.stringify(script) };
      return fetch(running().httpUrl + path, { ...init, headers });
    },
    async gate() {
      const gate = await openGate();
      gates.push(gate);
      return gate;
    },
  };
  return () => ({ ...tools, cloud: running() });
}
