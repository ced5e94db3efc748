import { ACTIONS, HTTP_ROUTES } from "../lambdas/protocol/routes.ts";
import { type IdentitySettings, type PoolSettings, readIdentity } from "./identity-settings.ts";
import { type PageSettings, readPage } from "./page-settings.ts";
import { SettingReader } from "./setting-reader.ts";
import {
  ACCESS_LOGS,
  DIRECTORY,
  DISCLOSE_TO,
  LOG_LEVELS,
  type StageSettings,
  type Throttle,
} from "./stage-settings.ts";

/** What a stage's file and `-c` say, checked and put together. What each means stands in `StageSettings`. */
export interface Settings extends Pick<
  StageSettings,
  | "disposable"
  | "pointInTimeRecovery"
  | "customerKey"
  | "presenceGraceSeconds"
  | "sweepMinutes"
  | "appendsWindowSeconds"
  | "maxGroupMembers"
  | "discloseTo"
  | "directory"
  | "sendsPerSecond"
  | "typingPerSecond"
  | "readsPerSecond"
  | "joinsPerSecond"
  | "lookupsPerSecond"
  | "conversationsPerHour"
  | "allowedOrigins"
  | "httpAvatars"
  | "memoryMb"
  | "logLevel"
  | "logRetentionDays"
  | "accessLogs"
  | "metrics"
  | "alarms"
  | "alarmTopicArn"
> {
  readonly stage: string;
  readonly throttle: Throttle;
  readonly routeThrottles: Readonly<Record<string, Throttle>>;
  readonly identity: IdentitySettings;
  readonly adminScope: string;
  /** Absent: no page is deployed. */
  readonly page?: PageSettings;
}

export type SettingsOutcome =
  | { readonly type: "ok"; readonly settings: Settings }
  /** One sentence for each bad value, naming its key. */
  | { readonly type: "failed"; readonly problems: readonly string[] };

export type Stages = Readonly<Record<string, StageSettings>>;

/** CloudWatch Logs accepts these and no others. */
const RETENTION_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
] as const;

/** Of both APIs. */
const ROUTES: readonly string[] = [...HTTP_ROUTES, ...ACTIONS, "$connect", "$disconnect", "$default"];

/** Reads the settings of the stage that CDK context names (`-c stage=prod`), with what else the context says. */
export function readSettings(context: Readonly<Record<string, unknown>>, stages: Stages): SettingsOutcome {
  const { stage, problem } = readStage(context["stage"] ?? "dev", stages);
  const values = stages[stage] ?? stages["dev"] ?? {};
  const read = new SettingReader({ ...context, stage }, { path: `stages/${stage}.ts`, values });
  if (problem !== undefined) read.problem(problem);
  read.optionalText("stage", { must: "be a text" });
  const isLocal = stage === "local";
  const alarmTopicArn = read.optionalText("alarmTopicArn", {
    pattern: /^arn:[^:]+:sns:[^:]+:\d{12}:.+$/,
    must: "be the ARN of an SNS topic",
  });
  const { identity, adminScope } = readIdentity(read, { isLocal });
  const page = readPage(read, { isLocal, hasOwnIssuer: identity.type === "issuer" });
  if (identity.type === "user-pool") checkSignIn(read, identity, page);
  const settings: Settings = {
    stage,
    disposable: read.flag("disposable"),
    pointInTimeRecovery: read.flag("pointInTimeRecovery"),
    customerKey: read.flag("customerKey"),
    presenceGraceSeconds: read.integer("presenceGraceSeconds", 0, 60),
    sweepMinutes: read.integer("sweepMinutes", 1, 60),
    appendsWindowSeconds: read.integer("appendsWindowSeconds", 0, 300),
    maxGroupMembers: read.integer("maxGroupMembers", 2, 1_000),
    discloseTo: read.oneOf("discloseTo", DISCLOSE_TO),
    directory: read.oneOf("directory", DIRECTORY),
    sendsPerSecond: read.integer("sendsPerSecond", 0, 10_000),
    typingPerSecond: read.integer("typingPerSecond", 0, 10_000),
    readsPerSecond: read.integer("readsPerSecond", 0, 10_000),
    joinsPerSecond: read.integer("joinsPerSecond", 0, 10_000),
    lookupsPerSecond: read.integer("lookupsPerSecond", 0, 10_000),
    conversationsPerHour: read.integer("conversationsPerHour", 0, 100_000),
    throttle: {
      rate: read.integer("throttleRate", 1, 1_000_000),
      burst: read.integer("throttleBurst", 1, 1_000_000),
    },
    routeThrottles: readRouteThrottles(read),
    allowedOrigins: read.list("allowedOrigins", {
      accepts: isOrigin,
      must: 'hold only origins such as "https://chat.example.com", "capacitor://localhost" or "null", or "*"',
    }),
    identity,
    adminScope,
    httpAvatars: read.flag("httpAvatars"),
    memoryMb: read.integer("memoryMb", 128, 10_240),
    logLevel: read.oneOf("logLevel", LOG_LEVELS),
    logRetentionDays: read.oneOf("logRetentionDays", RETENTION_DAYS),
    accessLogs: read.oneOf("accessLogs", ACCESS_LOGS),
    metrics: read.flag("metrics"),
    alarms: read.flag("alarms"),
    ...(alarmTopicArn === undefined ? {} : { alarmTopicArn }),
    ...(page === null ? {} : { page }),
  };
  checkTogether(read, settings);
  const problems = read.finish();
  return problems.length === 0 ? { type: "ok", settings } : { type: "failed", problems };
}

function readStage(raw: unknown, stages: Stages): { readonly stage: string; readonly problem?: string } {
  const stage = String(raw);
  // Part of stack names, which allow neither underscore nor dot.
  if (!/^[A-Za-z][A-Za-z0-9-]{0,31}$/.test(stage)) {
    const must = "be 1 to 32 letters, digits and hyphens, beginning with a letter";
    return { stage, problem: `Setting "stage" must ${must}; it is ${JSON.stringify(raw)}.` };
  }
  if (Object.hasOwn(stages, stage)) return { stage };
  const known = Object.keys(stages).join(", ");
  return {
    stage,
    problem: `Setting "stage" must be one of those in stages/index.ts, ${known}; it is "${stage}".`,
  };
}

function readRouteThrottles(read: SettingReader): Readonly<Record<string, Throttle>> {
  const throttles = read.record<Throttle>("routeThrottles", {
    accepts: (_, value) => isThrottle(value),
    must: 'have {"rate", "burst"} for each route, both whole numbers from 1',
  });
  for (const route of Object.keys(throttles).filter((key) => !ROUTES.includes(key))) {
    read.problem(`Setting "routeThrottles" names "${route}", which is no route and no action.`);
  }
  return throttles;
}

function isThrottle(value: unknown): value is Throttle {
  const { rate, burst, ...rest } = (value ?? {}) as Record<string, unknown>;
  const counts = [rate, burst].every((n) => Number.isInteger(n) && (n as number) >= 1);
  return counts && Object.keys(rest).length === 0;
}

/** What each allows alone and no two allow together. */
function checkTogether(read: SettingReader, settings: Settings): void {
  const { stage, disposable, pointInTimeRecovery, customerKey, alarms, alarmTopicArn } = settings;
  if (!disposable && !pointInTimeRecovery) {
    read.problem('Setting "pointInTimeRecovery" may be false only where "disposable" is true.');
  }
  if (!alarms && alarmTopicArn !== undefined) {
    read.problem('Setting "alarmTopicArn" has no meaning while "alarms" is false.');
  }
  if (stage === "local" && !disposable) {
    read.problem('Setting "disposable" must be true in the stage local, which protects nothing.');
  }
  if (stage === "local" && customerKey) {
    read.problem('Setting "customerKey" must be false in the stage local, which has no KMS.');
  }
}

/** Cognito's sign-in page needs a host, and a pool has one. */
function checkSignIn(
  read: SettingReader,
  { signInCallbacks, domainPrefix }: PoolSettings,
  page: PageSettings | null,
): void {
  if (signInCallbacks.length > 0 && domainPrefix === undefined && page === null) {
    read.problem(
      'Setting "signInCallbacks" needs "adminDomainPrefix" beside it, or the page: a host to sign in at.',
    );
  }
  if (domainPrefix !== undefined && page?.signInPrefix !== undefined && domainPrefix !== page.signInPrefix) {
    read.problem('Settings "adminDomainPrefix" and "pageSignInPrefix" name one host: give one of them.');
  }
}

/**
 * As a client writes it into `Origin`: a page's, that of a shell which serves its pages under a scheme of its own
 * (`capacitor://localhost`, `tauri://localhost`, `file://`), or `null`. No origin is a socket's own address.
 */
function isOrigin(text: string): boolean {
  if (["*", "null", "file://"].includes(text)) return true;
  // Compared letter for letter, `https://*.example.com` would be nobody's.
  if (/^https?:[^*]*$/.test(text)) return URL.canParse(text) && new URL(text).origin === text;
  return /^(?!(?:ws|http)s?:)[a-z][a-z0-9+.-]*:\/\/[\w.:[\]-]+$/.test(text);
}
