import { describe, expect, it } from "vitest";
import type { WebSocketIntegrationModel } from "../../assembly/model.ts";
import { compileTemplate } from "../../gateway/websocket/mapping-template.ts";
import { compileMock, type MockAnswer } from "../../gateway/websocket/mock-integration.ts";
import { compileSelection } from "../../gateway/websocket/selection-expression.ts";
import { PONG } from "./model-fixture.ts";

type Mock = Extract<WebSocketIntegrationModel, { type: "mock" }>;

const context = new Map([["connectionId", "abc="]]);

function render(template: string, body: string): string {
  const compiled = compileTemplate(template);
  if (compiled.type !== "ok") throw new Error(compiled.construct);
  return compiled.render({ body, context });
}

describe("a mapping template", () => {
  const body = '{"action":"ping","id":"a\\"b","deep":{"list":[1,{"x":true}]}}';
  it.each([
    ["static text with a lone $ and #1, and $5", "static text with a lone $ and #1, and $5"],
    ["$input.body", body],
    [`{"id":$input.json('$.id')}`, '{"id":"a\\"b"}'],
    [`{"id":"$input.path('$.action')"}`, '{"id":"ping"}'],
    [`$input.json('$.deep.list[1].x') \${input.path("$.deep['list'][0]")}`, "true 1"],
    ["$input.json('$.missing')|$input.path('$.missing')|", '""||'],
    ["{$context.connectionId}", "{abc=}"],
    ["$input.json('$.__proto__')", '""'],
  ])("renders %s", (template, expected) => {
    expect(render(template, body)).toBe(expected);
  });

  it.each([
    ["#set($a = 1)", "#set"],
    ["#if($input.body)x#end", "#if"],
    ["## a comment", "##"],
    ["$util.escapeJavaScript('x')", "$util.escapeJavaScript('x')"],
    ["$stageVariables.a", "$stageVariables.a"],
    ["$input.path('$..a')", "$input.path('$..a')"],
    ["$input.params()", "$input.params()"],
    ["${input.body", "${input.body"],
  ])("names what is not served: %s", (template, construct) => {
    expect(compileTemplate(template)).toEqual({ type: "unsupported", construct });
  });
});

describe("a selection expression", () => {
  it.each([
    ["$request.body.action", '{"action":"a"}', "a"],
    ["${request.body.a.b}", '{"a":{"b":7}}', "7"],
    ["$request.body.action", "[1]", null],
    ["$request.body.action", "no json", null],
    ["$request.body.constructor", "{}", null],
    ["\\$default", "{}", "$default"],
    ["200", "{}", "200"],
  ])("%s of %s is %s", (expression, body, key) => {
    expect(compileSelection(expression)?.(body)).toBe(key);
  });

  it("is refused where it is not served", () => {
    expect(compileSelection("$request.header.x")).toBeNull();
  });
});

describe("a mock integration", () => {
  function run(model: Mock, body = '{"action":"ping","id":"1"}'): MockAnswer {
    const compiled = compileMock(model);
    if (compiled.type !== "ok") throw new Error(compiled.problem);
    return compiled.run({ body, context });
  }
  const pong = PONG as Mock;

  it("answers from its integration response", () => {
    expect(run(pong)).toEqual({ type: "answered", statusCode: 200, body: '{"type":"pong"}' });
  });

  it("sends nothing without one", () => {
    expect(run({ ...pong, responses: [] })).toEqual({ type: "answered", statusCode: 200, body: null });
  });

  it("picks the response by status, then $default", () => {
    const reply = (responseKey: string, text: string): Mock["responses"][number] => ({
      responseKey,
      templates: { $default: text },
    });
    const responses = [reply("$default", "any"), reply("/20\\d/", "fine"), reply("/5\\d\\d/", "bad")];
    const withStatus = (status: number): Mock => ({
      type: "mock",
      requestTemplates: { $default: `{"statusCode":${status}}` },
      responses,
    });
    const bodies = [200, 2001, 503, 404].map((status) => {
      const answer = run(withStatus(status));
      return answer.type === "answered" ? answer.body : answer.type;
    });
    expect(bodies).toEqual(["fine", "failed", "bad", "any"]);
  });

  it("fails where no request template fits, or it makes no status", () => {
    expect(run({ ...pong, requestTemplates: { "201": "{}" } })).toMatchObject({ type: "failed" });
    expect(run({ ...pong, requestTemplates: { "200": "ok" } })).toMatchObject({ type: "failed" });
    expect(run({ ...pong, requestTemplates: {} })).toMatchObject({ type: "failed" });
  });

  it("is refused when loaded, with what it uses", () => {
    const refused = [
      { ...pong, requestTemplates: { "200": "#set($x = 1)" } },
      { ...pong, templateSelectionExpression: "$context.x" },
      { ...pong, responses: [{ responseKey: "200", templates: {} }] },
    ].map((model) => compileMock(model));
    expect(refused).toEqual([
      { type: "unsupported", problem: expect.stringContaining("#set") as string },
      { type: "unsupported", problem: expect.stringContaining("$context.x") as string },
      { type: "unsupported", problem: expect.stringContaining('"200"') as string },
    ]);
  });
});
