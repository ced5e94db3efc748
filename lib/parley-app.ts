import { App, type AppProps, type Environment, Tags, Validations } from "aws-cdk-lib";
import type { UserPool } from "aws-cdk-lib/aws-cognito";
import { join } from "node:path";
import { buildPage, type PageOutcome } from "./bundling/build-page.ts";
import { type Bundles, bundleFunctions } from "./bundling/bundle-functions.ts";
import { encryptAll } from "./customer-key.ts";
import { DataStack } from "./data-stack.ts";
import { recordFoundations } from "./deployed/foundations.ts";
import { IdentityStack, type Issuer } from "./identity-stack.ts";
import { MessagingStack } from "./messaging-stack.ts";
import { PageFilesStack } from "./page-files-stack.ts";
import { PageStack } from "./page-stack.ts";
import { readSettings, type Settings, type Stages } from "./settings.ts";

export interface AppOptions {
  readonly stages: Stages;
  /** Account and region; left out, the templates fit any. */
  readonly env?: Environment;
  /** The page as it was built already; left out, it is built if it is to be deployed. */
  readonly pageFolder?: string;
  readonly app?: AppProps;
}

export type AppOutcome =
  | { readonly type: "ok"; readonly app: App; readonly settings: Settings }
  /** One sentence for each bad setting, or the compiler's words on code that does not build. */
  | { readonly type: "failed"; readonly problems: readonly string[] };

/** Builds the code into the assembly's folder and makes the stacks of it; what is to be deployed has to be secure. */
export async function buildApp(options: AppOptions): Promise<AppOutcome> {
  const opened = openApp(options);
  if (opened.type === "failed") return opened;
  const built = await bundleFunctions(join(opened.app.outdir, "bundles"));
  if (built.type === "failed") return built;
  const outcome = makeStacks(opened, built.bundles, options);
  if (outcome.type === "ok" && outcome.settings.stage !== "local") await checkSecurity(outcome.app);
  return outcome;
}

/** Makes the stacks of one stage, named by the context with its settings, of code that is built already. */
export function makeApp({ bundles, ...options }: AppOptions & { readonly bundles: Bundles }): AppOutcome {
  const opened = openApp(options);
  return opened.type === "failed" ? opened : makeStacks(opened, bundles, options);
}

type OpenedApp = Extract<AppOutcome, { type: "ok" }>;

function openApp(options: AppOptions): AppOutcome {
  const app = new App({ analyticsReporting: false, ...options.app });
  const outcome = readSettings(app.node.getAllContext() as Record<string, unknown>, options.stages);
  return outcome.type === "failed" ? outcome : { type: "ok", app, settings: outcome.settings };
}

function makeStacks({ app, settings }: OpenedApp, bundles: Bundles, options: AppOptions): AppOutcome {
  const page = settings.page;
  const files: PageOutcome | null = page === undefined ? null : pageFiles(options);
  if (files?.type === "failed") return files;
  const prefix = `parley-${settings.stage}`;
  const env = settings.stage === "local" ? {} : (options.env ?? {});
  const shared = { settings, bundles, env };
  // Not the page's: it is taken down by itself, and everything in it can be built again.
  const kept = { ...shared, terminationProtection: !settings.disposable };

  const data = new DataStack(app, `${prefix}-data`, kept);
  const { table } = data;
  const site = page && new PageStack(app, `${prefix}-page`, { ...shared, page });
  const { identity } = settings;
  const { issuer, pool }: { issuer: Issuer; pool: UserPool | null } =
    identity.type === "issuer"
      ? { issuer: identity, pool: null }
      : new IdentityStack(app, `${prefix}-identity`, { ...kept, identity, table, ...(site && { site }) });
  const { httpUrl, webSocketUrl } = new MessagingStack(app, `${prefix}-messaging`, {
    ...kept,
    ...(site && { settings: lettingIn(site.origin, settings) }),
    table,
    issuer,
  });
  if (page && files && site) {
    const { folder } = files;
    const known = { page, folder, site, issuer, httpUrl, webSocketUrl };
    new PageFilesStack(app, `${prefix}-page-files`, { ...shared, ...known });
  }

  recordFoundations(data, settings, pool);
  if (data.key) encryptAll(app, data.key);
  Tags.of(app).add("service", "parley");
  Tags.of(app).add("stage", settings.stage);
  return { type: "ok", app, settings };
}

/** Loaded when it is needed: nothing of `local` is ever in an account, and its start need not wait for the rules. */
async function checkSecurity(app: App): Promise<void> {
  const { SecurityChecks } = await import("./security-checks.ts");
  Validations.of(app).addPlugins(new SecurityChecks(app));
}

const pageFiles = ({ pageFolder }: AppOptions): PageOutcome =>
  pageFolder === undefined ? buildPage() : { type: "ok", folder: pageFolder };

const lettingIn = (origin: string, settings: Settings): Settings => ({
  ...settings,
  allowedOrigins: [...settings.allowedOrigins, origin],
});
