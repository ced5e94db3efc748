import { COGNITO_DOMAIN, type PageSettings, readPage } from "./page-settings.ts";
import { SettingReader } from "./setting-reader.ts";

/** Everything that may differ between two deployments of Parley. */
export interface Settings {
  readonly stage: string;
  /** Seconds between a user's last connection going and their being told offline; 0 to 60. */
  readonly presenceGraceSeconds: number;
  /** What one user may do a second, over all function environments; 0 is without limit. */
  readonly sendsPerSecond: number;
  readonly typingPerSecond: number;
  /** The list, a page of history, a `sync`, a moved read position. */
  readonly readsPerSecond: number;
  /** Rooms entered or left. */
  readonly joinsPerSecond: number;
  /** Users and their presence looked up, conversations found or made. */
  readonly lookupsPerSecond: number;
  /** New conversations one user may begin an hour; 0 is without limit. */
  readonly conversationsPerHour: number;
  /** The one who made it included. */
  readonly maxGroupMembers: number;
  /** Between whom presence, typing and receipts pass: any two of a conversation, or those who have both written. */
  readonly discloseTo: DiscloseTo;
  /** How users are found by handle: by how it begins, by all of it, or not at all. */
  readonly directory: Directory;
  /** How often presence that a lost `$disconnect` left behind is put right. */
  readonly sweepMinutes: number;
  /** How long the worker gathers appended messages before it compares them with their conversations. */
  readonly appendsWindowSeconds: number;
  /** Origins whose clients may connect; `*` is any. Empty: no browser, only clients that send no Origin. */
  readonly allowedOrigins: readonly string[];
  readonly identity: IdentitySettings;
  /** What a token has to have among its scopes for the admin routes. */
  readonly adminScope: string;
  /** First part of the host name where machines get tokens of the user pool; absent: the page's, or there is none. */
  readonly adminDomainPrefix?: string;
  /** Whether a profile's picture may also have an `http:` address: for pages of this machine. */
  readonly httpAvatars: boolean;
  /** Requests per second and burst of either API's stage. */
  readonly throttle: { readonly rate: number; readonly burst: number };
  /** Below it the functions log nothing. */
  readonly logLevel: LogLevel;
  readonly logRetentionDays: number;
  readonly accessLogs: AccessLogs;
  /** Whether table, user pool and logs outlive their stack and are protected from deletion. */
  readonly retainData: boolean;
  readonly pointInTimeRecovery: boolean;
  readonly memoryMb: number;
  /** Whether the functions count what they do: each metric that is counted costs as a custom one. */
  readonly metrics: boolean;
  readonly alarms: boolean;
  /** An SNS topic told of every alarm. */
  readonly alarmTopicArn?: string;
  /** Absent: no page is deployed. */
  readonly page?: PageSettings;
}

export type DiscloseTo = (typeof DISCLOSE_TO)[number];
const DISCLOSE_TO = ["participants", "acquainted"] as const;

export type Directory = (typeof DIRECTORY)[number];
const DIRECTORY = ["prefix", "exact", "off"] as const;

export type IdentitySettings =
  /** A Cognito user pool of this deployment's own. */
  | { readonly type: "user-pool" }
  | {
      readonly type: "issuer";
      readonly issuer: string;
      readonly audiences: readonly string[];
      /** Absent: found by OIDC discovery, as the HTTP API always does. */
      readonly jwksUri?: string;
    };

/**
 * An HTTP stage logs accesses by itself. A WebSocket stage can only where the account has a role for API Gateway
 * to log with, one per account and region: `on` relies on one that is set already, `with-account-role` sets it,
 * and so replaces one that others may use.
 */
export type AccessLogs = (typeof ACCESS_LOGS)[number];
const ACCESS_LOGS = ["off", "http", "on", "with-account-role"] as const;

export type LogLevel = (typeof LOG_LEVELS)[number];
const LOG_LEVELS = ["debug", "info", "warn", "error"] as const;

export type SettingsOutcome =
  | { readonly type: "ok"; readonly settings: Settings }
  /** One sentence for each bad value, naming its key. */
  | { readonly type: "failed"; readonly problems: readonly string[] };

const DEV: Omit<Settings, "stage"> = {
  presenceGraceSeconds: 10,
  sendsPerSecond: 10,
  typingPerSecond: 5,
  readsPerSecond: 30,
  joinsPerSecond: 20,
  lookupsPerSecond: 20,
  conversationsPerHour: 30,
  maxGroupMembers: 250,
  discloseTo: "participants",
  directory: "prefix",
  sweepMinutes: 5,
  appendsWindowSeconds: 5,
  allowedOrigins: ["http://localhost:3000", "http://localhost:5173"],
  identity: { type: "user-pool" },
  adminScope: "parley/admin",
  httpAvatars: false,
  throttle: { rate: 500, burst: 1000 },
  logLevel: "warn",
  logRetentionDays: 14,
  accessLogs: "http",
  retainData: false,
  pointInTimeRecovery: true,
  memoryMb: 1024,
  metrics: true,
  alarms: true,
};

const LOCAL: Omit<Settings, "stage"> = {
  ...DEV,
  sendsPerSecond: 0,
  typingPerSecond: 0,
  readsPerSecond: 0,
  joinsPerSecond: 0,
  lookupsPerSecond: 0,
  conversationsPerHour: 0,
  appendsWindowSeconds: 1,
  allowedOrigins: ["*"],
  // A name, not an address: with a port chosen at start, no URL is known when the app is synthesized.
  identity: { type: "issuer", issuer: "https://issuer.parley.local", audiences: ["parley-local"] },
  httpAvatars: true,
  accessLogs: "off",
  // Lines of figures among those of `npm start` would only be in the way.
  metrics: false,
  alarms: false,
};

const PROD: Omit<Settings, "stage"> = {
  ...DEV,
  directory: "off",
  allowedOrigins: [],
  throttle: { rate: 2000, burst: 4000 },
  logRetentionDays: 90,
  retainData: true,
};

/** Any other stage name starts from what `dev` has. */
function defaultsOf(stage: string): Omit<Settings, "stage"> {
  switch (stage) {
    case "local":
      return LOCAL;
    case "prod":
      return PROD;
    default:
      return DEV;
  }
}

/** CloudWatch Logs accepts these and no others. */
const RETENTION_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

/** Reads the stage and its settings from CDK context (`-c key=value`, cdk.json), over the stage's defaults. */
export function readSettings(context: Readonly<Record<string, unknown>>): SettingsOutcome {
  const read = new SettingReader(context);
  // Part of stack names, which allow neither underscore nor dot.
  const stage = read.text("stage", "dev", {
    pattern: /^[A-Za-z][A-Za-z0-9-]{0,31}$/,
    must: "be 1 to 32 letters, digits and hyphens, beginning with a letter",
  });
  const base = defaultsOf(stage);
  const alarmTopicArn = read.optionalText("alarmTopicArn", {
    pattern: /^arn:[^:]+:sns:[^:]+:\d{12}:.+$/,
    must: "be the ARN of an SNS topic",
  });
  const identity = readIdentity(read, base.identity);
  const admin = readAdmin(read, base.adminScope, identity);
  const page = readPage(read, { isLocal: stage === "local", hasOwnIssuer: identity.type === "issuer" });
  const settings: Settings = {
    stage,
    presenceGraceSeconds: read.integer("presenceGraceSeconds", base.presenceGraceSeconds, 0, 60),
    sendsPerSecond: read.integer("sendsPerSecond", base.sendsPerSecond, 0, 10_000),
    typingPerSecond: read.integer("typingPerSecond", base.typingPerSecond, 0, 10_000),
    readsPerSecond: read.integer("readsPerSecond", base.readsPerSecond, 0, 10_000),
    joinsPerSecond: read.integer("joinsPerSecond", base.joinsPerSecond, 0, 10_000),
    lookupsPerSecond: read.integer("lookupsPerSecond", base.lookupsPerSecond, 0, 10_000),
    conversationsPerHour: read.integer("conversationsPerHour", base.conversationsPerHour, 0, 100_000),
    maxGroupMembers: read.integer("maxGroupMembers", base.maxGroupMembers, 2, 1_000),
    discloseTo: read.oneOf("discloseTo", base.discloseTo, DISCLOSE_TO),
    directory: read.oneOf("directory", base.directory, DIRECTORY),
    sweepMinutes: read.integer("sweepMinutes", base.sweepMinutes, 1, 60),
    appendsWindowSeconds: read.integer("appendsWindowSeconds", base.appendsWindowSeconds, 0, 300),
    allowedOrigins: read.list("allowedOrigins", base.allowedOrigins, {
      accepts: isOrigin,
      must: 'hold only origins such as "https://chat.example.com", "capacitor://localhost" or "null", or "*"',
    }),
    identity,
    adminScope: admin.scope,
    httpAvatars: read.flag("httpAvatars", base.httpAvatars),
    throttle: {
      rate: read.integer("throttleRate", base.throttle.rate, 1, 1_000_000),
      burst: read.integer("throttleBurst", base.throttle.burst, 1, 1_000_000),
    },
    logLevel: read.oneOf("logLevel", base.logLevel, LOG_LEVELS),
    logRetentionDays: read.oneOf("logRetentionDays", base.logRetentionDays, RETENTION_DAYS),
    accessLogs: read.oneOf("accessLogs", base.accessLogs, ACCESS_LOGS),
    retainData: read.flag("retainData", base.retainData),
    pointInTimeRecovery: read.flag("pointInTimeRecovery", base.pointInTimeRecovery),
    memoryMb: read.integer("memoryMb", base.memoryMb, 128, 10_240),
    metrics: read.flag("metrics", base.metrics),
    alarms: read.flag("alarms", base.alarms),
    ...(alarmTopicArn === undefined ? {} : { alarmTopicArn }),
    ...(page === null ? {} : { page }),
    ...(admin.domainPrefix === undefined ? {} : { adminDomainPrefix: admin.domainPrefix }),
  };
  const problems = read.finish();
  return problems.length === 0 ? { type: "ok", settings } : { type: "failed", problems };
}

function readIdentity(read: SettingReader, base: IdentitySettings): IdentitySettings {
  const https = { accepts: isHttpsUrl, must: "be an https URL without query or fragment" };
  const issuer = read.optionalText("oidcIssuer", https);
  const audiences = read.list("oidcAudiences", [], {
    accepts: (text) => text.trim() === text && text !== "",
    must: "hold only audiences that are not empty",
  });
  const jwksUri = read.optionalText("jwksUri", https);
  if (issuer === undefined) {
    if (audiences.length > 0) read.problem('Setting "oidcAudiences" needs "oidcIssuer" beside it.');
    if (jwksUri !== undefined) read.problem('Setting "jwksUri" needs "oidcIssuer" beside it.');
    return base;
  }
  if (audiences.length === 0) {
    read.problem('Setting "oidcIssuer" needs "oidcAudiences" beside it: at least one audience.');
  }
  return { type: "issuer", issuer, audiences, ...(jwksUri === undefined ? {} : { jwksUri }) };
}

function readAdmin(
  read: SettingReader,
  scope: string,
  { type }: IdentitySettings,
): { readonly scope: string; readonly domainPrefix: string | undefined } {
  const hasOwnIssuer = type === "issuer";
  const admin = {
    scope: read.text(
      "adminScope",
      scope,
      hasOwnIssuer
        ? { pattern: /^[\x21\x23-\x5B\x5D-\x7E]+$/, must: "be an OAuth scope" }
        : // Cognito knows no scopes of ours but those of a resource server.
          {
            pattern: /^[\x21\x23-\x2E\x30-\x5B\x5D-\x7E]+\/[\x21\x23-\x2E\x30-\x5B\x5D-\x7E]+$/,
            must: "be a resource server and a scope, such as parley/admin",
          },
    ),
    domainPrefix: read.optionalText("adminDomainPrefix", COGNITO_DOMAIN),
  };
  if (admin.domainPrefix !== undefined && hasOwnIssuer) {
    read.problem('Setting "adminDomainPrefix" is for the user pool: it has no meaning beside "oidcIssuer".');
  }
  return admin;
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

function isHttpsUrl(text: string): boolean {
  return /^https:\/\/[^?#]+$/.test(text) && URL.canParse(text);
}
