import { request } from "node:http";
import { afterAll, beforeAll, expect, it } from "vitest";
import { makeHttpApi, makeHttpRoute, makeModel } from "../gateway/model-fixture.ts";
import { startGateway, type RunningGateway } from "../gateway/start-gateway.ts";

let running: RunningGateway;
beforeAll(async () => {
  running = await startGateway({ model: makeModel({ http: makeHttpApi([makeHttpRoute("GET /me")]) }) });
});
afterAll(() => running.stop());

/** `fetch` lets nobody choose Host or Origin. */
function tokenStatus(headers: Readonly<Record<string, string>>): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const call = request(`${running.httpUrl}/_local/token`, { method: "POST", headers }, (res) => {
      res.resume().once("end", () => resolve(res.statusCode));
    });
    call.once("error", reject).end(JSON.stringify({ userId: "ann" }));
  });
}

it.each([
  [{}, 200],
  [{ origin: "http://localhost:5173" }, 200],
  [{ origin: "http://127.0.0.1:3000" }, 200],
  [{ host: "localhost:3000" }, 200],
  [{ host: "[::1]:3000" }, 200],
  [{ origin: "https://evil.example" }, 403],
  [{ origin: "http://localhost.evil.example" }, 403],
  [{ origin: "null" }, 403],
  [{ host: "rebound.evil.example" }, 403],
  [{ host: "127.0.0.1.evil.example:3000", origin: "http://127.0.0.1:3000" }, 403],
])("a token for a caller with %j: %i", async (headers, status) => {
  expect(await tokenStatus(headers as Record<string, string>)).toBe(status);
});
