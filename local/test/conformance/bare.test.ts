import { expect } from "vitest";
import { contextOf, useCloud } from "./cloud.ts";
import type { Fields } from "./recorder.ts";
import { row } from "./row.ts";

/** What depends on something being absent: no authorizer, no `$default` of the sockets, no CORS. */
const cloud = useCloud("bare");

async function routeOf(path: string, method = "GET"): Promise<unknown> {
  const response = await cloud().call(path, {}, { method });
  return ((await response.json()) as Fields)["routeKey"];
}

row("event.no-authorizer", async () => {
  const client = await cloud().connect();
  client.send({ meta: { kind: "nested" } });
  await client.next();
  client.socket.close();
  for (const type of ["CONNECT", "MESSAGE", "DISCONNECT"] as const) {
    expect(contextOf((await client.event(type)).event)).not.toHaveProperty("authorizer");
  }
});

row("connect.timeout", async () => {
  const gate = await cloud().gate();
  const refused = await cloud().tryConnect({ script: { gate: gate.url } });
  expect(refused).toMatchObject({ type: "refused" });
  expect(refused.type === "refused" && refused.status).toBeGreaterThanOrEqual(500);
  await gate.reached();
  gate.open();
});

row("route.nested", async () => {
  const client = await cloud().connect();
  client.send({ meta: { kind: "nested" } });
  expect(await client.next()).toBe('{"route":"nested"}');
});

row("route.none", async () => {
  const client = await cloud().connect();
  const forbidden = /^\{"message": "Forbidden", "connectionId":"([^"]+)", "requestId":"[\w-]{15}="\}$/;
  for (const frame of [{ meta: { kind: "other" } }, { meta: "nested" }, { kind: "nested" }, "no JSON"]) {
    client.send(frame);
    expect(forbidden.exec(await client.next())?.[1]).toBe(client.connectionId);
  }
  client.send({ meta: { kind: "nested" } });
  expect(await client.next()).toBe('{"route":"nested"}');
});

row("http-route.default", async () => {
  for (const path of ["/", "/anything", "/full", "/a/b/c"]) expect(await routeOf(path)).toBe("$default");
});

row("http-route.precedence", async () => {
  expect(await routeOf("/full/match")).toBe("GET /full/match");
  expect(await routeOf("/full/match", "DELETE")).toBe("ANY /full/{proxy+}");
  expect(await routeOf("/full/other/one")).toBe("ANY /full/{proxy+}");
});
