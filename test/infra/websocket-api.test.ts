import { describe, expect, it } from "vitest";
import { synthesize } from "./synthesize.ts";

const dev = synthesize({ stage: "dev" });
const ofApi = (type: string) =>
  [...dev.all(type)]
    .filter(([path]) => path.startsWith("WebSocket/"))
    .map(([, { Properties }]) => Properties);
const routes = new Map(
  ofApi("AWS::ApiGatewayV2::Route").map((route) => [route["RouteKey"] as string, route]),
);

const TWO_WAY = [
  "$default",
  "delete_message",
  "edit_message",
  "join_conversation",
  "leave_conversation",
  "mark_read",
  "ping",
  "react",
  "send_message",
  "sync",
  "typing_start",
  "typing_stop",
];

describe("WebSocket API", () => {
  it("selects the route by the frame's action", () => {
    expect(ofApi("AWS::ApiGatewayV2::Api")).toMatchObject([
      { ProtocolType: "WEBSOCKET", RouteSelectionExpression: "$request.body.action" },
    ]);
    expect([...routes.keys()].toSorted()).toEqual(["$connect", "$disconnect", ...TWO_WAY].toSorted());
  });

  it("serves every route but ping with the one function", () => {
    const targets = Object.fromEntries([...routes].map(([key, route]) => [key, route["Target"]]));
    const { ping, ...others } = targets;
    expect(ping).toBe("integrations/{WebSocket/PingIntegration}");
    expect(new Set(Object.values(others))).toEqual(new Set(["integrations/{WebSocket/Integration}"]));
    expect(dev.one("AWS::ApiGatewayV2::Integration", "WebSocket/Integration").Properties).toMatchObject({
      IntegrationType: "AWS_PROXY",
      IntegrationUri:
        "arn:{AWS::Partition}:apigateway:{AWS::Region}:lambda:path/2015-03-31/functions/{WebSocketFunction.Arn}/invocations",
    });
  });

  it("authorizes $connect, and nothing else", () => {
    const authorizations = [...routes].map(([key, r]) => [key, r["AuthorizationType"], r["AuthorizerId"]]);
    expect(authorizations.filter(([, type]) => type !== "NONE")).toEqual([
      ["$connect", "CUSTOM", "{WebSocket/Authorizer}"],
    ]);
  });

  it("asks the authorizer even when there is no Authorization header", () => {
    const [authorizer, ...others] = ofApi("AWS::ApiGatewayV2::Authorizer");
    expect(others).toEqual([]);
    expect(authorizer).toMatchObject({
      AuthorizerType: "REQUEST",
      AuthorizerUri:
        "arn:{AWS::Partition}:apigateway:{AWS::Region}:lambda:path/2015-03-31/functions/{AuthorizerFunction.Arn}/invocations",
    });
    expect(authorizer).not.toHaveProperty("IdentitySource");
  });

  it("answers frames by a route response, and neither $connect nor $disconnect", () => {
    const responses = ofApi("AWS::ApiGatewayV2::RouteResponse");
    expect(new Set(responses.map((response) => response["RouteResponseKey"]))).toEqual(new Set(["$default"]));
    const answered = responses.map((response) => response["RouteId"] as string);
    const keyOf = (path: string) => {
      const properties = dev.one("AWS::ApiGatewayV2::Route", path.slice(1, -1)).Properties;
      return properties["RouteKey"] as string;
    };
    expect(answered.map(keyOf).toSorted()).toEqual(TWO_WAY);
    const selecting = [...routes].filter(
      ([, route]) => route["RouteResponseSelectionExpression"] === "$default",
    );
    expect(selecting.map(([key]) => key).toSorted()).toEqual(TWO_WAY);
  });

  it("answers ping itself", () => {
    const mock = dev.one("AWS::ApiGatewayV2::Integration", "WebSocket/PingIntegration").Properties;
    expect(mock).toMatchObject({ IntegrationType: "MOCK", TemplateSelectionExpression: "200" });
    expect(JSON.parse((mock["RequestTemplates"] as Record<string, string>)["200"] ?? "")).toEqual({
      statusCode: 200,
    });
    const [response, ...others] = ofApi("AWS::ApiGatewayV2::IntegrationResponse");
    expect(others).toEqual([]);
    expect(response).toMatchObject({
      IntegrationId: "{WebSocket/PingIntegration}",
      IntegrationResponseKey: "$default",
      TemplateSelectionExpression: "200",
    });
    expect(JSON.parse((response?.["ResponseTemplates"] as Record<string, string>)["200"] ?? "")).toEqual({
      type: "pong",
    });
  });

  it("deploys by itself, throttled, without a trace of frames, under the stage's name", () => {
    const { Properties } = dev.one("AWS::ApiGatewayV2::Stage", "WebSocket/Stage");
    expect(Properties).toMatchObject({
      StageName: "dev",
      AutoDeploy: true,
      DefaultRouteSettings: { DataTraceEnabled: false, ThrottlingRateLimit: 500, ThrottlingBurstLimit: 1000 },
    });
  });

  it("throttles single actions by settings, once their routes are there", () => {
    const routeThrottles = JSON.stringify({ typing_start: { rate: 50, burst: 80 } });
    const app = synthesize({ stage: "dev", routeThrottles });
    const { Properties, DependsOn } = app.one("AWS::ApiGatewayV2::Stage", "WebSocket/Stage");
    // Nothing here turns on the trace of frames that the stage keeps off.
    expect(Properties["RouteSettings"]).toEqual({
      typing_start: { ThrottlingRateLimit: 50, ThrottlingBurstLimit: 80 },
    });
    expect(DependsOn).toHaveLength(ofApi("AWS::ApiGatewayV2::Route").length);
  });

  it("logs accesses without anything a client sent", () => {
    const logging = synthesize({ stage: "dev", accessLogs: "with-account-role" });
    for (const path of ["WebSocket/Stage", "Http/Stage"]) {
      const log = logging.one("AWS::ApiGatewayV2::Stage", path).Properties["AccessLogSettings"] as {
        Format: string;
      };
      const variables = Object.values(JSON.parse(log.Format) as Record<string, string>);
      expect(variables).toContain("$context.requestId");
      const leaking = variables.filter((variable) =>
        /path|query|header|claims|principal|input|authorizer\.(?!error)/i.test(variable),
      );
      expect(leaking).toEqual([]);
    }
  });

  it("leaves the account's log role alone unless told to set it", () => {
    const types = (accessLogs: string) => synthesize({ stage: "dev", accessLogs });
    const stage = (app: typeof dev, path: string) => app.one("AWS::ApiGatewayV2::Stage", path).Properties;
    expect(dev.types).not.toContain("AWS::ApiGateway::Account");
    expect(stage(dev, "Http/Stage")).toHaveProperty("AccessLogSettings");
    expect(stage(dev, "WebSocket/Stage")).not.toHaveProperty("AccessLogSettings");
    expect(types("on").types).not.toContain("AWS::ApiGateway::Account");
    expect(types("on").one("AWS::ApiGatewayV2::Stage", "WebSocket/Stage").Properties).toHaveProperty(
      "AccessLogSettings",
    );
    expect(types("off").one("AWS::ApiGatewayV2::Stage", "WebSocket/Stage").Properties).not.toHaveProperty(
      "AccessLogSettings",
    );
    const setting = types("with-account-role");
    const { DependsOn } = setting.one("AWS::ApiGatewayV2::Stage", "WebSocket/Stage");
    expect(DependsOn).toEqual([expect.stringContaining("GatewayAccount")]);
    expect(setting.one("AWS::ApiGateway::Account", "WebSocket/GatewayAccount").DeletionPolicy).toBe("Retain");
  });

  it("logs under the prefix that needs no resource policy of its own", () => {
    const groups = [...synthesize({ stage: "dev", accessLogs: "on" }).all("AWS::Logs::LogGroup")]
      .filter(([path]) => path.endsWith("/AccessLogs"))
      .map(([, { Properties }]) => JSON.stringify(Properties["LogGroupName"]));
    expect(groups).toHaveLength(2);
    for (const name of groups) expect(name).toMatch(/^"?.*\/aws\/vendedlogs\/parley-dev\/(http|websocket)-/);
  });

  it("has the routes of each API made one after another", () => {
    for (const api of ["WebSocket/", "Http/"]) {
      const made = ["AWS::ApiGatewayV2::Route", "AWS::ApiGatewayV2::RouteResponse"]
        .flatMap((type) => [...dev.all(type)])
        .filter(([path]) => path.startsWith(api));
      // One of them waits for none of the others; any two that did would be made at once.
      const waiting = made.filter(([, { DependsOn = [] }]) => DependsOn.length > 0);
      expect(waiting).toHaveLength(made.length - 1);
      const waitedFor = made.flatMap(([, { DependsOn = [] }]) => DependsOn);
      expect(new Set(waitedFor).size).toBe(waitedFor.length);
    }
  });
});
