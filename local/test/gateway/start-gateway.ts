import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { AppModel } from "../../assembly/model.ts";
import { createGateway, type Gateway } from "../../gateway/gateway.ts";
import { serviceLimits, type GatewayLimits } from "../../gateway/limits.ts";
import type { LocalRoutes } from "../../gateway/local-routes.ts";
import type { GatewayLogLine } from "../../gateway/log-line.ts";
import { openLocalIssuer, type LocalIssuer } from "../../identity/issuer.ts";
import type { Site } from "../../serving/site.ts";
import { FakeInvoker } from "./fake-invoker.ts";
import { openClient, type Client, type ClientOptions, type OpenResult } from "./ws-client.ts";

export interface RunningGateway {
  readonly gateway: Gateway;
  readonly server: Server;
  readonly invoker: FakeInvoker;
  readonly issuer: LocalIssuer;
  readonly lines: GatewayLogLine[];
  readonly httpUrl: string;
  readonly wsUrl: string;
  readonly managementUrl: string;
  /** An open connection; throws when the upgrade is refused. */
  readonly connect: (options?: ClientOptions) => Promise<Client>;
  readonly tryConnect: (options?: ClientOptions) => Promise<OpenResult>;
  readonly stop: () => Promise<void>;
}

const shared = openLocalIssuer({ folder: null });

export async function startGateway(options: {
  readonly model: AppModel;
  readonly limits?: Partial<GatewayLimits>;
  readonly localRoutes?: LocalRoutes;
  readonly site?: Site;
}): Promise<RunningGateway> {
  const issuer = await shared;
  const lines: GatewayLogLine[] = [];
  const invoker = new FakeInvoker();
  invoker.on("Ws", () => ({ statusCode: 200 }));
  const creation = createGateway({
    model: options.model,
    invoker,
    issuer,
    limits: { ...serviceLimits(), ...options.limits },
    log: (line) => lines.push(line),
    ...(options.localRoutes === undefined ? {} : { localRoutes: options.localRoutes }),
    ...(options.site === undefined ? {} : { site: options.site }),
  });
  if (creation.type !== "created") throw new Error(creation.message);
  const { gateway } = creation;
  const server = createServer((req, res) => gateway.handleRequest(req, res));
  server.on("upgrade", (req, socket, head) => gateway.handleUpgrade(req, socket, head));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const wsUrl = `ws://127.0.0.1:${port}/local`;
  const tryConnect = (clientOptions: ClientOptions = {}): Promise<OpenResult> =>
    openClient(wsUrl + (clientOptions.suffix ?? ""), clientOptions);
  return {
    gateway,
    server,
    invoker,
    issuer,
    lines,
    httpUrl: `http://127.0.0.1:${port}`,
    wsUrl,
    managementUrl: `http://127.0.0.1:${port}/local`,
    tryConnect,
    async connect(clientOptions) {
      const result = await tryConnect(clientOptions);
      if (result.type !== "open") throw new Error(`refused with ${result.status}`);
      return result.client;
    },
    async stop() {
      await gateway.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
