import { COGNITO_DOMAIN } from "./page-settings.ts";
import type { SettingReader } from "./setting-reader.ts";
import { LOCAL_ISSUER, SECOND_FACTORS, type SecondFactor } from "./stage-settings.ts";

export type IdentitySettings = PoolSettings | IssuerSettings;

/** A Cognito user pool of this deployment's own. */
export interface PoolSettings {
  readonly type: "user-pool";
  readonly selfSignUp: boolean;
  readonly chosenHandles: boolean;
  readonly mfa: SecondFactor;
  readonly threatProtection: boolean;
  readonly signInCallbacks: readonly string[];
  readonly domainPrefix?: string;
  readonly email?: { readonly from: string; readonly region?: string };
  readonly webAclArn?: string;
}

export interface IssuerSettings {
  readonly type: "issuer";
  readonly issuer: string;
  readonly audiences: readonly string[];
  /** Absent: found by OIDC discovery, as the HTTP API always does. */
  readonly jwksUri?: string;
}

/** Whose tokens count: of the issuer that is named, otherwise of a user pool. */
export function readIdentity(
  read: SettingReader,
  { isLocal }: { readonly isLocal: boolean },
): { readonly identity: IdentitySettings; readonly adminScope: string } {
  const issuer = readIssuer(read, isLocal);
  const pool = readPool(read, issuer !== null);
  return { identity: issuer ?? pool, adminScope: readAdminScope(read, issuer !== null) };
}

function readIssuer(read: SettingReader, isLocal: boolean): IssuerSettings | null {
  const https = { accepts: isHttpsUrl, must: "be an https URL without query or fragment" };
  const issuer = read.optionalText("oidcIssuer", https);
  const audiences = read.list(
    "oidcAudiences",
    {
      accepts: (text) => text.trim() === text && text !== "",
      must: "hold only audiences that are not empty",
    },
    [],
  );
  const jwksUri = read.optionalText("jwksUri", https);
  if (issuer === undefined) {
    if (audiences.length > 0) read.problem('Setting "oidcAudiences" needs "oidcIssuer" beside it.');
    if (jwksUri !== undefined) read.problem('Setting "jwksUri" needs "oidcIssuer" beside it.');
    return null;
  }
  // Another issuer than the file's has neither its audiences nor its keys.
  const isOther = read.isOverridden("oidcIssuer");
  if (audiences.length === 0 || (isOther && !read.isOverridden("oidcAudiences"))) {
    read.problem('Setting "oidcIssuer" needs "oidcAudiences" beside it: at least one audience.');
  }
  if (isOther && jwksUri !== undefined && !read.isOverridden("jwksUri")) {
    read.problem('Setting "oidcIssuer" needs "jwksUri" beside it: the file has that of another issuer.');
  }
  if (!isLocal && issuer === LOCAL_ISSUER) {
    read.problem('Setting "oidcIssuer" is that of the stage local: nothing deployed finds its keys.');
  }
  return { type: "issuer", issuer, audiences, ...(jwksUri === undefined ? {} : { jwksUri }) };
}

function readPool(read: SettingReader, hasOwnIssuer: boolean): PoolSettings {
  const domainPrefix = read.optionalText("adminDomainPrefix", COGNITO_DOMAIN);
  const threatProtection = read.flag("threatProtection");
  const signInCallbacks = read.list("signInCallbacks", {
    accepts: isCallback,
    must: "hold only https URLs without fragment, http://localhost, or addresses of an app's own scheme",
  });
  const from = read.optionalText("emailFrom", {
    pattern: /^[^\s@<>]+@[^\s@<>]+\.[^\s@<>]+$/,
    must: "be an address such as no-reply@example.com",
  });
  const region = read.optionalText("emailRegion", {
    pattern: /^[a-z]{2}(-[a-z]+)+-\d$/,
    must: "be a region such as eu-west-1",
  });
  const webAclArn = read.optionalText("poolWebAclArn", {
    pattern: /^arn:[^:]+:wafv2:[^:]+:\d{12}:regional\/webacl\/.+$/,
    must: "be the ARN of a regional web ACL",
  });
  if (region !== undefined && from === undefined) {
    read.problem('Setting "emailRegion" needs "emailFrom" beside it.');
  }
  if (hasOwnIssuer) {
    const given = {
      adminDomainPrefix: domainPrefix !== undefined,
      threatProtection,
      signInCallbacks: signInCallbacks.length > 0,
      emailFrom: from !== undefined,
      poolWebAclArn: webAclArn !== undefined,
    };
    for (const [key, isGiven] of Object.entries(given)) {
      if (!isGiven) continue;
      read.problem(`Setting "${key}" is for the user pool: it has no meaning beside "oidcIssuer".`);
    }
  }
  return {
    type: "user-pool",
    selfSignUp: read.flag("selfSignUp"),
    chosenHandles: read.flag("chosenHandles"),
    mfa: read.oneOf("mfa", SECOND_FACTORS),
    threatProtection,
    signInCallbacks,
    ...(domainPrefix === undefined ? {} : { domainPrefix }),
    ...(from === undefined ? {} : { email: { from, ...(region === undefined ? {} : { region }) } }),
    ...(webAclArn === undefined ? {} : { webAclArn }),
  };
}

const readAdminScope = (read: SettingReader, hasOwnIssuer: boolean): string =>
  read.text(
    "adminScope",
    hasOwnIssuer
      ? { pattern: /^[\x21\x23-\x5B\x5D-\x7E]+$/, must: "be an OAuth scope" }
      : // Cognito knows no scopes of ours but those of a resource server.
        {
          pattern: /^[\x21\x23-\x2E\x30-\x5B\x5D-\x7E]+\/[\x21\x23-\x2E\x30-\x5B\x5D-\x7E]+$/,
          must: "be a resource server and a scope, such as parley/admin",
        },
  );

function isHttpsUrl(text: string): boolean {
  return /^https:\/\/[^?#]+$/.test(text) && URL.canParse(text);
}

/** As Cognito takes them: https, http for localhost alone, or an app's own scheme. */
function isCallback(text: string): boolean {
  if (!URL.canParse(text) || text.includes("#")) return false;
  const { protocol, hostname } = new URL(text);
  return protocol === "http:"
    ? hostname === "localhost"
    : /^(?!(?:wss?|javascript|data|file):)[a-z]/.test(protocol);
}
