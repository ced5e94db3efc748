import { describe, expect, it } from "vitest";
import { createRouteTable } from "../../gateway/http/route-table.ts";
import { makeHttpRoute } from "./model-fixture.ts";

// In an order that is wrong from top to bottom.
const KEYS = [
  "$default",
  "ANY /{proxy+}",
  "GET /pets/{proxy+}",
  "GET /pets/dog/{id}",
  "ANY /pets/dog/1",
  "GET /pets/dog/1",
  "GET /pets/{kind}/1",
  "GET /",
];
const table = createRouteTable(KEYS.map((key) => makeHttpRoute(key)));

describe("the route of a request", () => {
  it.each([
    ["GET", "/pets/dog/1", "GET /pets/dog/1", {}],
    ["PUT", "/pets/dog/1", "ANY /pets/dog/1", {}],
    ["GET", "/pets/dog/2", "GET /pets/dog/{id}", { id: "2" }],
    ["GET", "/pets/cat/1", "GET /pets/{kind}/1", { kind: "cat" }],
    ["GET", "/pets/cat/2", "GET /pets/{proxy+}", { proxy: "cat/2" }],
    ["PUT", "/pets/cat/2", "ANY /{proxy+}", { proxy: "pets/cat/2" }],
    ["GET", "/", "GET /", {}],
    ["PUT", "/", "$default", {}],
    ["GET", "/pets/dog/", "GET /pets/{proxy+}", { proxy: "dog/" }],
  ])("%s %s is served by the most specific: %s", (method, path, routeKey, pathParameters) => {
    const matched = table.match(method, path);
    expect(matched?.route.routeKey).toBe(routeKey);
    expect(matched?.pathParameters).toEqual(pathParameters);
  });

  it("is none without $default", () => {
    expect(createRouteTable([makeHttpRoute("GET /a")]).match("GET", "/b")).toBeNull();
  });
});
