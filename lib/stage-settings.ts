import type { Action, HttpRoute } from "../lambdas/protocol/routes.ts";

/**
 * The settings of a stage as its file in stages/ has them. `-c <key>=<value>` puts another value in the place of any
 * one of them for one synthesis. `readSettings` checks both alike.
 */
export interface StageSettings {
  /** Whether all of it may go with its stacks: no data is kept, and nothing is protected from deletion. */
  readonly disposable: boolean;
  /** May be off only where the stage is disposable. */
  readonly pointInTimeRecovery: boolean;
  /** Whether a KMS key of the deployment's own encrypts table, queues and logs, in place of the services' keys. */
  readonly customerKey: boolean;

  /** Seconds between a user's last connection going and their being told offline; 0 to 60. */
  readonly presenceGraceSeconds: number;
  /** How often presence that a lost `$disconnect` left behind is put right. */
  readonly sweepMinutes: number;
  /** How long the worker gathers appended messages before it compares them with their conversations. */
  readonly appendsWindowSeconds: number;
  /** The one who made the group included. */
  readonly maxGroupMembers: number;
  /** Between whom presence, typing and receipts pass: any two of a conversation, or those who have both written. */
  readonly discloseTo: DiscloseTo;
  /** How users are found by handle: by how it begins, by all of it, or not at all. */
  readonly directory: Directory;

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
  /** Requests per second and burst of either API's stage. */
  readonly throttleRate: number;
  readonly throttleBurst: number;
  /** Others for single routes and actions, of everybody together. */
  readonly routeThrottles: Partial<Readonly<Record<ThrottledRoute, Throttle>>>;

  /** Origins whose clients may connect; `*` is any. Empty: no browser, only clients that send no Origin. */
  readonly allowedOrigins: readonly string[];
  /** An identity provider there is; absent: a Cognito user pool of this deployment's own. */
  readonly oidcIssuer?: string;
  readonly oidcAudiences?: readonly string[];
  /** Absent: found by OIDC discovery, as the HTTP API always does. */
  readonly jwksUri?: string;
  /** What a token has to have among its scopes for the admin routes. */
  readonly adminScope: string;
  /** First part of the user pool's host name; absent: the page's, or there is none. */
  readonly adminDomainPrefix?: string;
  /** Whether anybody may sign up to the user pool; otherwise admins make its users. */
  readonly selfSignUp: boolean;
  /** Whether users of the pool choose and change their handle; otherwise it is their user name, unique and fixed. */
  readonly chosenHandles: boolean;
  /** A second factor of the pool's users, by an authenticator app. */
  readonly mfa: SecondFactor;
  /** Cognito's threat protection, of its plan Plus, which is paid for each active user. */
  readonly threatProtection: boolean;
  /** Addresses that Cognito's sign-in page may lead back to; empty: it is there for the deployed page alone. */
  readonly signInCallbacks: readonly string[];
  /** Sends the pool's mail through SES, from this verified address; absent: Cognito's own, 50 a day. */
  readonly emailFrom?: string;
  /** Region of that SES identity; absent: the stack's. */
  readonly emailRegion?: string;
  /** A web ACL of WAF before the user pool. */
  readonly poolWebAclArn?: string;
  /** Whether a profile's picture may also have an `http:` address: for pages of this machine. */
  readonly httpAvatars: boolean;

  readonly memoryMb: number;
  /** Below it the functions log nothing. */
  readonly logLevel: LogLevel;
  readonly logRetentionDays: number;
  readonly accessLogs: AccessLogs;
  /** Whether the functions count what they do: each metric that is counted costs as a custom one. */
  readonly metrics: boolean;
  readonly alarms: boolean;
  /** An SNS topic told of every alarm. */
  readonly alarmTopicArn?: string;

  /** Whether the page is deployed; what follows says how. */
  readonly page: boolean;
  readonly pageDomain?: string;
  readonly pageCertificateArn?: string;
  readonly pageSignInPrefix?: string;
  readonly pageClientId?: string;
  readonly pageScopes?: readonly string[];
  readonly pageToken?: PageToken;
  readonly pageIssuerOrigins?: readonly string[];
  /** A web ACL of WAF before the page. */
  readonly pageWebAclArn?: string;
}

/** Requests per second, and how many at once above them. */
export interface Throttle {
  readonly rate: number;
  readonly burst: number;
}

export type ThrottledRoute = HttpRoute | Action | "$connect" | "$disconnect" | "$default";

export type DiscloseTo = (typeof DISCLOSE_TO)[number];
export const DISCLOSE_TO = ["participants", "acquainted"] as const;

export type Directory = (typeof DIRECTORY)[number];
export const DIRECTORY = ["prefix", "exact", "off"] as const;

export type SecondFactor = (typeof SECOND_FACTORS)[number];
export const SECOND_FACTORS = ["off", "optional", "required"] as const;

export type LogLevel = (typeof LOG_LEVELS)[number];
export const LOG_LEVELS = ["debug", "info", "warn", "error"] as const;

/**
 * An HTTP stage logs accesses by itself. A WebSocket stage can only where the account has a role for API Gateway
 * to log with, one per account and region: `on` relies on one that is set already, `with-account-role` sets it,
 * and so replaces one that others may use.
 */
export type AccessLogs = (typeof ACCESS_LOGS)[number];
export const ACCESS_LOGS = ["off", "http", "on", "with-account-role"] as const;

/** Which of the issuer's tokens the page gives to the APIs. */
export type PageToken = (typeof PAGE_TOKENS)[number];
export const PAGE_TOKENS = ["id", "access"] as const;

/** A name, not an address: with a port chosen at start, no URL is known when the app is synthesized. */
export const LOCAL_ISSUER = "https://issuer.parley.local";
