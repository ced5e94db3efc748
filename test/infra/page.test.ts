import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readSettings } from "../../lib/settings.ts";
import { Assembly, STAGES_HERE, synthesize, synthesizeStacks } from "./synthesize.ts";

const ON = { stage: "dev", page: "true" };
const OWN_ISSUER = {
  oidcIssuer: "https://login.example.com/tenant",
  oidcAudiences: "chat-api,chat-web",
};

interface Deployment {
  readonly DestinationBucketKeyPrefix?: string;
  readonly SourceObjectKeys: readonly string[];
  readonly SourceMarkers: readonly Readonly<Record<string, string>>[];
  readonly SystemMetadata: Readonly<Record<string, string>>;
  readonly DistributionPaths?: readonly string[];
  readonly Prune: boolean;
}

/** What the deployment of the page puts into the bucket, with what is known only then in its place. */
function deployed(settings: Readonly<Record<string, string>>) {
  const stacks = synthesizeStacks({}, settings);
  const assembly = new Assembly(
    Object.fromEntries(stacks.map((one) => [one.stackName, one.template as unknown])),
  );
  const documents = assembly.one("Custom::CDKBucketDeployment", "Documents/CustomResource-256MiB/Default")
    .Properties as unknown as Deployment;
  const file = (name: string): string => {
    for (const [at, key] of documents.SourceObjectKeys.entries()) {
      const folder = join(stacks[0]!.assembly.directory, `asset.${key.replace(".zip", "")}`);
      try {
        const text = readFileSync(join(folder, name), "utf8");
        const markers = Object.entries(documents.SourceMarkers[at] ?? {});
        return markers.reduce((rest, [marker, value]) => rest.replaceAll(marker, value), text);
      } catch {
        // In another of the sources.
      }
    }
    throw new Error(`Nothing puts ${name} there.`);
  };
  return { assembly, documents, file, directory: stacks[0]!.assembly.directory };
}

/** The sources of each directive of a policy. */
const directivesOf = (policy: string): Record<string, string[]> =>
  Object.fromEntries(
    policy.split(";").map((directive) => {
      const [name = "", ...sources] = directive.trim().split(" ");
      return [name, sources];
    }),
  );

function headersOf(assembly: Assembly) {
  const { ResponseHeadersPolicyConfig: config } = assembly.one(
    "AWS::CloudFront::ResponseHeadersPolicy",
    "Headers",
  ).Properties as {
    ResponseHeadersPolicyConfig: {
      SecurityHeadersConfig: { ContentSecurityPolicy: { ContentSecurityPolicy: string; Override: boolean } };
    };
  };
  return config.SecurityHeadersConfig;
}

describe("without the setting", () => {
  it.each(["local", "dev", "prod"])("%s has no page", (stage) => {
    const assembly = synthesize({ stage });
    expect(assembly.stacks.filter((name) => name.includes("page"))).toEqual([]);
    expect(
      [...assembly.types].filter((type) => /CloudFront|::S3::|^Custom::|UserPoolDomain/.test(type)),
    ).toEqual([]);
  });

  it("is refused where npm start serves the page by itself", () => {
    expect(readSettings({ stage: "local", page: "true" }, STAGES_HERE)).toEqual({
      type: "failed",
      problems: ['Setting "page" must be false in the stage local: "npm start" serves the page by itself.'],
    });
  });

  it("lets nothing be said about the page", () => {
    const domain = { pageDomain: "chat.example.com", pageSignInPrefix: "chat" };
    expect(readSettings(domain, STAGES_HERE)).toMatchObject({
      problems: [
        'Setting "pageDomain" needs "page" to be true.',
        'Setting "pageSignInPrefix" needs "page" to be true.',
      ],
    });
  });
});

describe("settings of the page", () => {
  it.each([
    [{ pageDomain: "https://chat.example.com" }, /"pageDomain" must be a host name/],
    [{ pageDomain: "chat.example.com" }, /"pageDomain" and "pageCertificateArn" need each other/],
    [
      { pageCertificateArn: "arn:aws:acm:eu-west-1:123456789012:certificate/1" },
      /"pageCertificateArn" must be the ARN of an ACM certificate in us-east-1/,
    ],
    [{ pageSignInPrefix: "my-cognito-chat" }, /"pageSignInPrefix" must be .* without aws, amazon or cognito/],
    [{ pageClientId: "web" }, /"pageClientId" needs "oidcIssuer"/],
    [{ ...OWN_ISSUER, pageSignInPrefix: "chat" }, /"pageSignInPrefix" is for the user pool/],
    [{ pageScopes: "profile" }, /"pageScopes" must hold openid/],
    [{ pageToken: "refresh" }, /"pageToken" must be one of id, access/],
    [{ pageIssuerOrigins: "https://login.example.com/path" }, /"pageIssuerOrigins" must hold only origins/],
  ])("%o is one sentence", (context, sentence) => {
    const outcome = readSettings({ page: "true", ...context }, STAGES_HERE);
    expect(outcome).toMatchObject({ type: "failed", problems: [expect.stringMatching(sentence)] });
  });
});

describe("the page", () => {
  const { assembly, documents, file } = deployed(ON);
  const distribution = assembly.one("AWS::CloudFront::Distribution", "Distribution").Properties[
    "DistributionConfig"
  ] as Record<string, unknown>;

  it("has stacks of its own around those that it was without", () => {
    expect(assembly.stacks.toSorted()).toEqual(
      [...synthesize({ stage: "dev" }).stacks, "parley-dev-page", "parley-dev-page-files"].toSorted(),
    );
  });

  it("lies in a private bucket that only its distribution reads, by TLS", () => {
    expect(assembly.one("AWS::S3::Bucket", "Files").Properties).toMatchObject({
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
    });
    expect(assembly.one("AWS::S3::Bucket", "Files").Properties).not.toHaveProperty("WebsiteConfiguration");
    const { Statement: statements } = assembly.one("AWS::S3::BucketPolicy", "Files/Policy").Properties[
      "PolicyDocument"
    ] as { Statement: readonly Record<string, unknown>[] };
    expect(
      statements.filter(({ Effect, Principal }) => Effect === "Allow" && isEverybody(Principal)),
    ).toEqual([]);
    expect(statements.filter(({ Action }) => Action === "s3:GetObject")).toEqual([
      {
        Action: "s3:GetObject",
        Effect: "Allow",
        Principal: { Service: "cloudfront.amazonaws.com" },
        Condition: {
          StringEquals: {
            "AWS:SourceArn": "arn:{AWS::Partition}:cloudfront::{AWS::AccountId}:distribution/{Distribution}",
          },
        },
        Resource: "{Files.Arn}/*",
      },
    ]);
    expect(statements).toContainEqual(
      expect.objectContaining({
        Action: "s3:*",
        Effect: "Deny",
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      }),
    );
    expect(distribution["Origins"]).toEqual([
      expect.objectContaining({
        DomainName: "{Files.RegionalDomainName}",
        OriginAccessControlId: "{AccessControl.Id}",
      }),
    ]);
  });

  it("is served by https alone, with headers that forbid what it does not need", () => {
    expect(distribution).toMatchObject({
      DefaultRootObject: "index.html",
      DefaultCacheBehavior: {
        ViewerProtocolPolicy: "redirect-to-https",
        ResponseHeadersPolicyId: "{Headers}",
      },
    });
    expect(distribution).not.toHaveProperty("CacheBehaviors");
    expect(headersOf(assembly)).toMatchObject({
      StrictTransportSecurity: {
        AccessControlMaxAgeSec: 63_072_000,
        IncludeSubdomains: true,
        Override: true,
      },
      ContentTypeOptions: { Override: true },
      FrameOptions: { FrameOption: "DENY", Override: true },
      ReferrerPolicy: { ReferrerPolicy: "no-referrer", Override: true },
      ContentSecurityPolicy: { Override: true },
    });
  });

  it("runs its own scripts and no other, and talks to APIs and issuer of its region", () => {
    const policy = headersOf(assembly).ContentSecurityPolicy.ContentSecurityPolicy;
    expect(policy).not.toContain("unsafe");
    expect(directivesOf(policy)).toEqual({
      "default-src": ["'none'"],
      "script-src": ["'self'"],
      "style-src": ["'self'"],
      "img-src": ["'self'", "https:", "data:"],
      "font-src": ["'self'"],
      "manifest-src": ["'self'"],
      "connect-src": [
        "'self'",
        "https://*.execute-api.{AWS::Region}.{AWS::URLSuffix}",
        "wss://*.execute-api.{AWS::Region}.{AWS::URLSuffix}",
        "https://cognito-idp.{AWS::Region}.{AWS::URLSuffix}",
        "https://parley-dev-{AWS::AccountId}.auth.{AWS::Region}.amazoncognito.com",
      ],
      "base-uri": ["'none'"],
      "form-action": ["'none'"],
      "frame-ancestors": ["'none'"],
    });
  });

  it("has a document that narrows this to exactly those of this deployment", () => {
    const policy = /Content-Security-Policy" content="([^"]*)"/.exec(file("index.html"))?.[1] ?? "";
    expect(directivesOf(policy)).toEqual({
      "connect-src": [
        "'self'",
        "{Http/Api.ApiEndpoint}",
        "wss://{WebSocket/Api}.execute-api.{AWS::Region}.{AWS::URLSuffix}/dev",
        "{UserPool.ProviderURL}/",
        "https://parley-dev-{AWS::AccountId}.auth.{AWS::Region}.amazoncognito.com/",
      ],
    });
  });

  it("is told at deployment where the APIs are and how one signs in", () => {
    expect(JSON.parse(file("config.json"))).toEqual({
      httpUrl: "{Http/Api.ApiEndpoint}",
      wsUrl: "wss://{WebSocket/Api}.execute-api.{AWS::Region}.{AWS::URLSuffix}/dev",
      signIn: {
        authority: "{UserPool.ProviderURL}",
        clientId: "{UserPool/AppClient}",
        scope: "openid profile email",
        token: "id",
        signOutUrl:
          "https://parley-dev-{AWS::AccountId}.auth.{AWS::Region}.amazoncognito.com/logout" +
          "?client_id={UserPool/AppClient}&logout_uri=https://{Distribution.DomainName}/",
      },
    });
  });

  it("keeps for ever what is named by its hash, and asks anew for what is not", () => {
    const assets = assembly.one("Custom::CDKBucketDeployment", "Assets/CustomResource-256MiB/Default");
    expect(assets.Properties).toMatchObject({
      DestinationBucketKeyPrefix: "assets",
      SystemMetadata: { "cache-control": "public, max-age=31536000, immutable" },
      // A page that is open may load a part of its own build later.
      Prune: false,
    });
    expect(documents).toMatchObject({
      SystemMetadata: { "cache-control": "no-cache" },
      Prune: false,
      DistributionPaths: expect.arrayContaining(["/", "/index.html", "/config.json"]) as unknown,
    });
    expect(file("icon.svg")).toBe("<svg/>");
    expect(() => file("assets/index-0123abcd.js")).toThrow();
  });

  it("has nothing that asks the local cloud for tokens", () => {
    const { assembly, directory } = deployed(ON);
    const assets = assembly.one("Custom::CDKBucketDeployment", "Assets/CustomResource-256MiB/Default")
      .Properties as unknown as Deployment;
    const [key = ""] = assets.SourceObjectKeys;
    const names = readdirSync(join(directory, `asset.${key.replace(".zip", "")}`));
    expect(names).toEqual(["index-0123abcd.js"]);
  });

  it("is let in by both APIs, beside the origins that the settings name", () => {
    const page = "https://{Distribution.DomainName}";
    expect(assembly.one("AWS::ApiGatewayV2::Api", "Http/Api").Properties["CorsConfiguration"]).toMatchObject({
      AllowOrigins: ["http://localhost:3000", "http://localhost:5173", page],
    });
    expect(
      assembly.one("AWS::Lambda::Function", "AuthorizerFunction").Properties["Environment"],
    ).toMatchObject({
      Variables: { ALLOWED_ORIGINS: `["http://localhost:3000","http://localhost:5173","${page}"]` },
    });
  });

  it("signs in on Cognito's page, by code, and comes back to itself alone", () => {
    const page = "https://{Distribution.DomainName}/";
    expect(assembly.one("AWS::Cognito::UserPoolClient", "UserPool/AppClient").Properties).toMatchObject({
      AllowedOAuthFlows: ["code"],
      AllowedOAuthScopes: ["openid", "profile", "email"],
      CallbackURLs: [page],
      LogoutURLs: [page],
      GenerateSecret: false,
    });
    expect(assembly.one("AWS::Cognito::UserPoolDomain", "UserPool/SignInDomain").Properties).toMatchObject({
      Domain: "parley-dev-{AWS::AccountId}",
    });
  });

  it("tells where it is", () => {
    expect(assembly.outputs()).toMatchObject({
      PageUrl: "https://{Distribution.DomainName}/",
      PageDistribution: "{Distribution.DomainName}",
    });
  });
});

describe("a name and an issuer of the deployer's own", () => {
  const certificate = "arn:aws:acm:us-east-1:123456789012:certificate/1";
  const { assembly, file } = deployed({
    ...ON,
    stage: "prod",
    ...OWN_ISSUER,
    pageDomain: "chat.example.com",
    pageCertificateArn: certificate,
    pageClientId: "chat-web",
    pageToken: "access",
    pageScopes: "openid,offline_access,chat/api",
    pageIssuerOrigins: "https://tokens.example.com",
  });

  it("are those of the page", () => {
    expect(assembly.one("AWS::CloudFront::Distribution", "Distribution").Properties).toMatchObject({
      DistributionConfig: {
        Aliases: ["chat.example.com"],
        ViewerCertificate: { AcmCertificateArn: certificate, MinimumProtocolVersion: "TLSv1.2_2021" },
      },
    });
    expect(assembly.one("AWS::ApiGatewayV2::Api", "Http/Api").Properties["CorsConfiguration"]).toMatchObject({
      AllowOrigins: ["https://chat.example.com"],
    });
    expect(JSON.parse(file("config.json"))).toMatchObject({
      signIn: {
        authority: "https://login.example.com/tenant",
        clientId: "chat-web",
        scope: "openid offline_access chat/api",
        token: "access",
      },
    });
    expect(file("config.json")).not.toContain("signOutUrl");
    expect([...assembly.types].filter((type) => type.startsWith("AWS::Cognito"))).toEqual([]);
  });

  it("are all that it may talk to beside the APIs", () => {
    const { "connect-src": header } = directivesOf(
      headersOf(assembly).ContentSecurityPolicy.ContentSecurityPolicy,
    );
    expect(header?.slice(3)).toEqual(["https://login.example.com", "https://tokens.example.com"]);
    expect(file("index.html")).toContain('/prod https://login.example.com https://tokens.example.com"');
  });
});

const isEverybody = (principal: unknown): boolean =>
  principal === "*" || (typeof principal === "object" && JSON.stringify(principal).includes('"*"'));
