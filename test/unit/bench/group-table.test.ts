import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { costOfMessage } from "../../../bench/costs/group-message.ts";
import { withGroupTable } from "../../../bench/costs/group-table.ts";
import { dollarsAMillion } from "../../../bench/costs/prices.ts";

it("is what docs/operations.md says; otherwise run `npm run docs:costs`", () => {
  const page = readFileSync(new URL("../../../docs/operations.md", import.meta.url), "utf8");
  expect(withGroupTable(page)).toBe(page);
});

it("a message is three writes whatever the size, and goes through the queue beyond 200 connections", () => {
  expect(costOfMessage({ members: 2, online: 1, devices: 1 })).toMatchObject({ WRU: 3, RRU: 4, pushes: 0 });
  const most = costOfMessage({ members: 1_000, online: 201, devices: 1 });
  expect(most).toMatchObject({ WRU: 3, pushes: 200, chunks: 0, queueRequests: 0, invocations: 2 });
  const more = costOfMessage({ members: 1_000, online: 300, devices: 2 });
  // 399 through the queue, in one request, by two jobs.
  expect(more).toMatchObject({ pushes: 599, chunks: 2, queueRequests: 5, invocations: 4 });
  expect(more.RRU).toBeGreaterThan(1_000);
});

it("dollars are the sum of what each service is asked for", () => {
  const once = { gatewayMessages: 1, WRU: 1, RRU: 1, invocations: 1, queueRequests: 1 };
  expect(dollarsAMillion(once)).toBeCloseTo(1 + 0.625 + 0.125 + 0.2 + 0.4);
});
