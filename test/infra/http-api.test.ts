import { describe, expect, it } from "vitest";
import { synthesize } from "./synthesize.ts";

const dev = synthesize({ stage: "dev" });
const FOR_ADMINS = [
  "PUT /api/admin/users",
  "POST /api/admin/users/sign-out",
  "GET /api/admin/users/export",
  "POST /api/admin/users/erase",
  "GET /api/admin/jobs/{jobId}",
  "POST /api/admin/conversations/{conversationId}/messages",
  "DELETE /api/admin/conversations/{conversationId}/messages/{seq}",
];
const ofApi = (type: string) =>
  [...dev.all(type)].filter(([path]) => path.startsWith("Http/")).map(([, { Properties }]) => Properties);

describe("HTTP API", () => {
  it("has the contract's routes, each behind the JWT authorizer", () => {
    const routes = ofApi("AWS::ApiGatewayV2::Route");
    expect(routes.map((route) => route["RouteKey"] as string).toSorted()).toEqual(
      [
        "GET /api/conversations",
        "POST /api/conversations",
        "GET /api/conversations/{conversationId}",
        "PATCH /api/conversations/{conversationId}",
        "GET /api/conversations/{conversationId}/members",
        "POST /api/conversations/{conversationId}/members",
        "DELETE /api/conversations/{conversationId}/members",
        "PUT /api/conversations/{conversationId}/members/role",
        "GET /api/conversations/{conversationId}/messages",
        "POST /api/conversations/{conversationId}/messages",
        "PATCH /api/conversations/{conversationId}/messages/{seq}",
        "DELETE /api/conversations/{conversationId}/messages/{seq}",
        "GET /api/conversations/{conversationId}/messages/{seq}/reactions",
        "PUT /api/conversations/{conversationId}/messages/{seq}/reactions",
        "DELETE /api/conversations/{conversationId}/messages/{seq}/reactions",
        "PUT /api/conversations/{conversationId}/messages/{seq}/pin",
        "DELETE /api/conversations/{conversationId}/messages/{seq}/pin",
        "GET /api/conversations/{conversationId}/pins",
        "POST /api/conversations/{conversationId}/read",
        "PATCH /api/conversations/{conversationId}/settings",
        "POST /api/conversations/find-or-create",
        "GET /api/users",
        "GET /api/users/search",
        "GET /api/presence",
        "GET /api/blocks",
        "PUT /api/blocks",
        "DELETE /api/blocks",
        ...FOR_ADMINS,
      ].toSorted(),
    );
    for (const route of routes) {
      expect(route).toMatchObject({ AuthorizationType: "JWT", AuthorizerId: "{Http/Api/JwtAuthorizer}" });
    }
  });

  it("serves the admin routes, and no other, by a function of their own", () => {
    const integrations = new Map(
      [...dev.all("AWS::ApiGatewayV2::Integration")].filter(([path]) => path.startsWith("Http/")),
    );
    const served = ofApi("AWS::ApiGatewayV2::Route").map(({ RouteKey, Target }) => {
      const [, path = ""] = /^integrations\/\{(.*)\}$/.exec(String(Target)) ?? [];
      return [RouteKey, integrations.get(path)?.Properties];
    });
    expect(served.length).toBeGreaterThan(FOR_ADMINS.length);
    for (const [route, integration] of served) {
      const name = FOR_ADMINS.includes(route as string) ? "AdminFunction" : "HttpFunction";
      expect([route, integration]).toMatchObject([
        route,
        { IntegrationUri: `{${name}.Arn}`, PayloadFormatVersion: "2.0" },
      ]);
    }
    expect(integrations.size).toBe(2);
  });

  it("asks for the scope on the admin routes, and on no other", () => {
    const scopesIn = (app: ReturnType<typeof synthesize>) =>
      [...app.all("AWS::ApiGatewayV2::Route")]
        .filter(([path]) => path.startsWith("Http/"))
        .map(([, { Properties }]) => [Properties["RouteKey"], Properties["AuthorizationScopes"]] as const);
    for (const [route, scopes] of scopesIn(dev)) {
      expect([route, scopes]).toEqual([
        route,
        FOR_ADMINS.includes(route as string) ? ["parley/admin"] : undefined,
      ]);
    }
    const own = synthesize({
      stage: "qa",
      oidcIssuer: "https://login.example.com",
      oidcAudiences: "chat",
      adminScope: "chat:administer",
    });
    expect(scopesIn(own).filter(([, scopes]) => scopes !== undefined)).toEqual(
      FOR_ADMINS.map((route) => [route, ["chat:administer"]]),
    );
    expect(own.one("AWS::Lambda::Function", "AdminFunction").Properties["Environment"]).toMatchObject({
      Variables: { ADMIN_SCOPE: "chat:administer" },
    });
  });

  it("accepts the user pool's tokens, a machine's too", () => {
    expect(ofApi("AWS::ApiGatewayV2::Authorizer")).toMatchObject([
      {
        AuthorizerType: "JWT",
        IdentitySource: ["$request.header.Authorization"],
        JwtConfiguration: {
          Issuer: "{UserPool.ProviderURL}",
          Audience: ["{UserPool/AppClient}", "{UserPool/AdminClient}"],
        },
      },
    ]);
  });

  it("lets the allowed origins' pages in, and no page at all where there are none", () => {
    const cors = (settings: Record<string, string>) =>
      synthesize(settings).one("AWS::ApiGatewayV2::Api", "Http/Api").Properties["CorsConfiguration"];
    expect(cors({ stage: "qa", allowedOrigins: "https://a.example,https://b.example" })).toEqual({
      AllowOrigins: ["https://a.example", "https://b.example"],
      AllowMethods: ["GET", "POST", "PATCH", "DELETE", "PUT"],
      AllowHeaders: ["authorization", "content-type"],
      ExposeHeaders: ["retry-after"],
      MaxAge: 3600,
    });
    expect(cors({ stage: "prod" })).toBeUndefined();
    // The service takes no other schemes, and a deployment that names one rolls back.
    const shells = "capacitor://localhost,https://localhost,file://,null";
    expect(cors({ stage: "qa", allowedOrigins: shells })).toMatchObject({
      AllowOrigins: ["https://localhost"],
    });
    expect(cors({ stage: "qa", allowedOrigins: "capacitor://localhost" })).toBeUndefined();
  });

  it("throttles single routes by settings, once they are there", () => {
    const throttled = dev.one("AWS::ApiGatewayV2::Stage", "Http/Stage");
    expect(throttled.Properties["RouteSettings"]).toEqual({
      "POST /api/admin/users/erase": { ThrottlingRateLimit: 5, ThrottlingBurstLimit: 10 },
      "GET /api/admin/users/export": { ThrottlingRateLimit: 20, ThrottlingBurstLimit: 40 },
    });
    expect(throttled.DependsOn).toHaveLength(ofApi("AWS::ApiGatewayV2::Route").length);
  });

  it("is served at the root, throttled", () => {
    const stage = (name: string) =>
      synthesize({ stage: name }).one("AWS::ApiGatewayV2::Stage", "Http/Stage").Properties;
    expect(stage("dev")).toMatchObject({
      StageName: "$default",
      AutoDeploy: true,
      DefaultRouteSettings: { ThrottlingRateLimit: 500, ThrottlingBurstLimit: 1000 },
    });
    expect(
      synthesize({ stage: "dev", throttleRate: "7", throttleBurst: "9" }).one(
        "AWS::ApiGatewayV2::Stage",
        "Http/Stage",
      ).Properties,
    ).toMatchObject({ DefaultRouteSettings: { ThrottlingRateLimit: 7, ThrottlingBurstLimit: 9 } });
  });
});
