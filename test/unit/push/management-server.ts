import { once } from "node:events";
import { createServer } from "node:http";
import type { ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { ApiGatewayManagementApiClient } from "@aws-sdk/client-apigatewaymanagementapi";

const ERRORS: Readonly<Record<number, string>> = { 410: "GoneException", 429: "LimitExceededException" };

/** What becomes of each request, by connection id: a status, or no answer at all. */
export type Behaviour = (connectionId: string, attempt: number) => number | "hang" | Promise<number>;

/** A management API on a free port, and a client as the functions make theirs. */
export async function startManagementServer(behave: Behaviour) {
  const attempts = new Map<string, number>();
  const bodies: string[] = [];
  const hanging = new Set<ServerResponse>();
  let underWay = 0;
  let mostUnderWay = 0;
  const server = createServer((request, response) => {
    const connectionId = decodeURIComponent((request.url ?? "").split("/").at(-1)!);
    const attempt = (attempts.get(connectionId) ?? 0) + 1;
    attempts.set(connectionId, attempt);
    underWay += 1;
    mostUnderWay = Math.max(mostUnderWay, underWay);
    response.on("close", () => (underWay -= 1));
    const body: Buffer[] = [];
    request.on("data", (chunk: Buffer) => body.push(chunk));
    request.on("end", () => {
      bodies.push(`${request.method} ${Buffer.concat(body).toString()}`);
      const answer = behave(connectionId, attempt);
      if (answer === "hang") hanging.add(response);
      else
        Promise.resolve(answer).then(
          (status) => reply(response, status),
          () => response.destroy(),
        );
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const client = new ApiGatewayManagementApiClient({
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}/stage`,
    region: "us-east-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    maxAttempts: 1,
  });
  return {
    client,
    attempts,
    bodies,
    mostUnderWay: () => mostUnderWay,
    async stop(): Promise<void> {
      client.destroy();
      for (const response of hanging) response.destroy();
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

function reply(response: ServerResponse, status: number): void {
  const error = status < 400 ? {} : { "x-amzn-errortype": ERRORS[status] ?? "InternalServerError" };
  response.writeHead(status, { "content-type": "application/json", ...error }).end(status < 400 ? "" : "{}");
}
