import { describe, expect, it } from "vitest";
import { synthesize } from "./synthesize.ts";

const EXISTING = {
  stage: "qa",
  oidcIssuer: "https://login.example.com/tenant",
  oidcAudiences: "chat-web,chat-mobile",
  jwksUri: "https://keys.example.com/jwks.json",
};

describe("the user pool", () => {
  const dev = synthesize({ stage: "dev" });

  it("lets people sign up and clients without a secret sign in", () => {
    expect(dev.one("AWS::Cognito::UserPool", "UserPool").Properties).toMatchObject({
      AdminCreateUserConfig: { AllowAdminCreateUserOnly: false },
      LambdaConfig: { PostConfirmation: "{PostConfirmationFunction.Arn}" },
    });
    expect(dev.one("AWS::Cognito::UserPoolClient", "UserPool/AppClient").Properties).toMatchObject({
      GenerateSecret: false,
      ExplicitAuthFlows: expect.arrayContaining([
        "ALLOW_USER_PASSWORD_AUTH",
        "ALLOW_USER_SRP_AUTH",
      ]) as unknown,
      PreventUserExistenceErrors: "ENABLED",
    });
  });

  it("leaves the handle free to be set at sign-up", () => {
    const pool = dev.one("AWS::Cognito::UserPool", "UserPool").Properties;
    expect(pool["AliasAttributes"]).not.toContain("preferred_username");
  });
});

describe("an issuer of the deployer's own", () => {
  const qa = synthesize(EXISTING);

  it("takes the user pool's place", () => {
    expect(qa.stacks).toEqual(["parley-qa-data", "parley-qa-messaging"]);
    expect([...qa.types].filter((type) => type.startsWith("AWS::Cognito"))).toEqual([]);
    expect([...qa.all("AWS::Lambda::Function").keys()]).not.toContain("PostConfirmationFunction");
  });

  it("is known to both APIs", () => {
    expect(
      qa.one("AWS::ApiGatewayV2::Authorizer", "Http/Api/JwtAuthorizer").Properties["JwtConfiguration"],
    ).toEqual({
      Issuer: "https://login.example.com/tenant",
      Audience: ["chat-web", "chat-mobile"],
    });
    expect(qa.one("AWS::Lambda::Function", "AuthorizerFunction").Properties["Environment"]).toMatchObject({
      Variables: {
        ISSUER: "https://login.example.com/tenant",
        AUDIENCES: '["chat-web","chat-mobile"]',
        JWKS_URI: "https://keys.example.com/jwks.json",
      },
    });
  });
});

describe("outputs", () => {
  const COMMON = ["HttpUrl", "TableName", "WebSocketUrl"];

  it("tell a client where to connect and how to sign in", () => {
    const outputs = synthesize({ stage: "dev" }).outputs();
    expect(Object.keys(outputs).toSorted()).toEqual([...COMMON, "UserPoolClientId", "UserPoolId"].toSorted());
    expect(outputs).toMatchObject({
      HttpUrl: "{Http/Api.ApiEndpoint}",
      WebSocketUrl: "wss://{WebSocket/Api}.execute-api.{AWS::Region}.{AWS::URLSuffix}/dev",
      UserPoolId: "{UserPool}",
      UserPoolClientId: "{UserPool/AppClient}",
    });
  });

  it("name no user pool where there is none", () => {
    expect(Object.keys(synthesize(EXISTING).outputs()).toSorted()).toEqual(COMMON);
  });
});
