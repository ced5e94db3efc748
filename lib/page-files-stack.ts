import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Duration, Stack, type StackProps } from "aws-cdk-lib";
import { BucketDeployment, CacheControl, type ISource, Source } from "aws-cdk-lib/aws-s3-deployment";
import type { Construct } from "constructs";
import type { Issuer } from "./identity-stack.ts";
import { makeLogGroup } from "./log-group.ts";
import { withExactConnections } from "./page-policy.ts";
import type { PageSettings } from "./page-settings.ts";
import { type PageStack, signInUrl } from "./page-stack.ts";
import type { Settings } from "./settings.ts";

export interface PageFilesStackProps extends StackProps {
  readonly settings: Settings;
  readonly page: PageSettings;
  /** The built page. */
  readonly folder: string;
  readonly site: PageStack;
  readonly issuer: Issuer;
  readonly httpUrl: string;
  readonly webSocketUrl: string;
}

/** The page's files, and what they know of this deployment: the last step, since they name everything else. */
export class PageFilesStack extends Stack {
  constructor(scope: Construct, id: string, props: PageFilesStackProps) {
    super(scope, id, props);
    const { settings, folder, site } = props;
    const shared = {
      destinationBucket: site.bucket,
      // Files of earlier builds stay: a page that is open may still load a part of its own build.
      prune: false,
      memoryLimit: 256,
      logGroup: makeLogGroup(this, "Logs", settings),
    };
    const assets = new BucketDeployment(this, "Assets", {
      ...shared,
      // What signs in by a name asks the local cloud alone.
      sources: [Source.asset(join(folder, "assets"), { exclude: ["local-cloud-*"] })],
      destinationKeyPrefix: "assets",
      // Their names have the hash of what is in them.
      cacheControl: [CacheControl.fromString(`public, max-age=${Duration.days(365).toSeconds()}, immutable`)],
    });
    const documents = new BucketDeployment(this, "Documents", {
      ...shared,
      sources: [
        Source.asset(folder, { exclude: ["assets", "index.html", "config.json", ".*"] }),
        ...this.#written(props),
      ],
      cacheControl: [CacheControl.noCache()],
      distribution: site.distribution,
      distributionPaths: ["/", "/index.html", "/config.json", "/*.svg"],
    });
    // A document that is there before its scripts would be a blank page.
    documents.node.addDependency(assets);
  }

  #written({ page, settings, folder, site, issuer, httpUrl, webSocketUrl }: PageFilesStackProps): ISource[] {
    const [audience] = issuer.audiences;
    const isPool = settings.identity.type === "user-pool";
    const clientId = page.clientId ?? audience;
    const signIn = {
      authority: issuer.issuer,
      clientId,
      scope: page.scopes.join(" "),
      token: page.token,
      // Not as OpenID Connect has it: parameters of Cognito's own (docs: "The managed login sign-out endpoint").
      ...(isPool
        ? {
            signOutUrl: `${signInUrl(site.signInPrefix)}/logout?client_id=${clientId}&logout_uri=${site.origin}/`,
          }
        : {}),
    };
    const document = withExactConnections(readFileSync(join(folder, "index.html"), "utf8"), [
      httpUrl,
      webSocketUrl,
      // A path that ends in a slash allows what lies below it.
      ...(isPool
        ? [`${issuer.issuer}/`, `${signInUrl(site.signInPrefix)}/`]
        : [new URL(issuer.issuer).origin, ...page.issuerOrigins]),
    ]);
    if (document === null) throw new Error(`There is no Content-Security-Policy in ${folder}/index.html.`);
    return [
      Source.data("index.html", document),
      Source.jsonData("config.json", { httpUrl, wsUrl: webSocketUrl, signIn }),
    ];
  }
}
