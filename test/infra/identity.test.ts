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

describe("settings of the user pool", () => {
  const OWN = { stage: "qa", adminDomainPrefix: "acme-chat" };
  const poolOf = (settings: Record<string, string>) =>
    synthesize(settings).one("AWS::Cognito::UserPool", "UserPool").Properties;
  const clientOf = (settings: Record<string, string>) =>
    synthesize(settings).one("AWS::Cognito::UserPoolClient", "UserPool/AppClient").Properties;

  it("ask for passwords of twelve characters and every kind", () => {
    expect(poolOf({ stage: "prod" })["Policies"]).toMatchObject({
      PasswordPolicy: {
        MinimumLength: 12,
        RequireLowercase: true,
        RequireUppercase: true,
        RequireNumbers: true,
        RequireSymbols: true,
        TemporaryPasswordValidityDays: 3,
      },
    });
  });

  it("let nobody sign up in prod", () => {
    expect(poolOf({ stage: "prod" })["AdminCreateUserConfig"]).toEqual({ AllowAdminCreateUserOnly: true });
    expect(poolOf({ stage: "prod", selfSignUp: "true" })["AdminCreateUserConfig"]).toMatchObject({
      AllowAdminCreateUserOnly: false,
    });
  });

  it("offer a second factor by an app, ask for it, or do not", () => {
    expect(poolOf({ stage: "prod" })).toMatchObject({
      MfaConfiguration: "OPTIONAL",
      EnabledMfas: ["SOFTWARE_TOKEN_MFA"],
    });
    expect(poolOf({ stage: "qa", mfa: "required" })["MfaConfiguration"]).toBe("ON");
    expect(poolOf({ stage: "qa", mfa: "off" })["MfaConfiguration"]).toBe("OFF");
  });

  it("leave the handle to its user, or keep it what the pool knows to be unique", () => {
    const own = ["email", "name", "picture"];
    expect(clientOf({ stage: "prod" })["WriteAttributes"]).toEqual(own);
    expect(clientOf({ stage: "dev" })["WriteAttributes"]).toEqual([...own, "preferred_username"].toSorted());
  });

  it("send mail through SES, of the stack's region or another", () => {
    expect(poolOf({ stage: "prod" })["EmailConfiguration"]).toBeUndefined();
    const email = (settings: Record<string, string>) =>
      poolOf({ ...OWN, emailFrom: "chat@example.com", ...settings })["EmailConfiguration"];
    expect(email({})).toMatchObject({
      EmailSendingAccount: "DEVELOPER",
      From: "chat@example.com",
      SourceArn: "arn:{AWS::Partition}:ses:{AWS::Region}:{AWS::AccountId}:identity/chat@example.com",
    });
    expect(email({ emailRegion: "eu-west-1" })).toMatchObject({
      SourceArn: expect.stringContaining(":ses:eu-west-1:") as unknown,
    });
  });

  it("sign in on Cognito's page, and lead back to the addresses named alone", () => {
    expect(clientOf({ stage: "prod" })["AllowedOAuthFlowsUserPoolClient"]).toBe(false);
    const callbacks = ["https://chat.example.com/", "com.example.chat://signed-in"];
    expect(clientOf({ ...OWN, signInCallbacks: callbacks.join(",") })).toMatchObject({
      AllowedOAuthFlows: ["code"],
      CallbackURLs: callbacks,
      LogoutURLs: callbacks,
    });
  });

  it("put a web ACL before it, and Cognito's threat protection into it", () => {
    const poolWebAclArn = "arn:aws:wafv2:eu-west-1:123456789012:regional/webacl/chat/1";
    const app = synthesize({ stage: "qa", poolWebAclArn, threatProtection: "true" });
    expect(app.one("AWS::WAFv2::WebACLAssociation", "WebAcl").Properties).toEqual({
      ResourceArn: "{UserPool.Arn}",
      WebACLArn: poolWebAclArn,
    });
    expect(app.one("AWS::Cognito::UserPool", "UserPool").Properties).toMatchObject({
      UserPoolTier: "PLUS",
      UserPoolAddOns: { AdvancedSecurityMode: "ENFORCED" },
    });
    expect([...synthesize({ stage: "qa" }).types]).not.toContain("AWS::WAFv2::WebACLAssociation");
  });
});

describe("the client for machines", () => {
  const dev = synthesize({ stage: "dev" });
  const serverOf = (app: ReturnType<typeof synthesize>) =>
    app.one("AWS::Cognito::UserPoolResourceServer", "UserPool/AdminServer").Properties;

  it("gets tokens with the admin scope alone, by a secret", () => {
    expect(serverOf(dev)).toMatchObject({ Identifier: "parley", Scopes: [{ ScopeName: "admin" }] });
    const client = dev.one("AWS::Cognito::UserPoolClient", "UserPool/AdminClient").Properties;
    expect(client).toMatchObject({
      GenerateSecret: true,
      AllowedOAuthFlows: ["client_credentials"],
      AllowedOAuthFlowsUserPoolClient: true,
      AllowedOAuthScopes: ["{UserPool/AdminServer}/admin"],
    });
    expect(client["ExplicitAuthFlows"]).toBeUndefined();
    expect(client["CallbackURLs"]).toBeUndefined();
    expect(serverOf(synthesize({ stage: "dev", adminScope: "acme/chat.admin" }))).toMatchObject({
      Identifier: "acme",
      Scopes: [{ ScopeName: "chat.admin" }],
    });
  });

  it("is for the HTTP API alone: no socket takes its tokens, and people's client cannot ask for the scope", () => {
    const { Environment } = dev.one("AWS::Lambda::Function", "AuthorizerFunction").Properties;
    expect(JSON.stringify(Environment)).not.toContain("AdminClient");
    const page = synthesize({ stage: "dev", page: "true" });
    for (const app of [dev, page]) {
      const people = app.one("AWS::Cognito::UserPoolClient", "UserPool/AppClient").Properties;
      expect(JSON.stringify(people)).not.toContain("admin");
    }
  });

  it("finds the token endpoint at the page's host, or at one by setting, and there is none otherwise", () => {
    const domains = (settings: Record<string, string>) =>
      [...synthesize(settings).all("AWS::Cognito::UserPoolDomain").values()].map(
        ({ Properties }) => Properties["Domain"],
      );
    expect(domains({ stage: "dev" })).toEqual([]);
    expect(domains({ stage: "dev", adminDomainPrefix: "acme-chat" })).toEqual(["acme-chat"]);
    expect(domains({ stage: "dev", page: "true", pageSignInPrefix: "acme" })).toEqual(["acme"]);
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
  const COMMON = ["Foundations", "HttpUrl", "TableName", "WebSocketUrl"];

  it("tell a client where to connect and how to sign in", () => {
    const outputs = synthesize({ stage: "dev" }).outputs();
    expect(Object.keys(outputs).toSorted()).toEqual(
      [...COMMON, "AdminClientId", "UserPoolClientId", "UserPoolId"].toSorted(),
    );
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
