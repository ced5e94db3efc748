import type { SettingReader } from "./setting-reader.ts";
import { PAGE_TOKENS, type PageToken } from "./stage-settings.ts";

/** The page as a static site of the deployment. */
export interface PageSettings {
  /** Absent: the page has the distribution's own name. */
  readonly domain?: { readonly name: string; readonly certificateArn: string };
  /** First part of the host name of Cognito's sign-in page; absent: made of stage and account. */
  readonly signInPrefix?: string;
  /** As whom the page signs in with an issuer of the deployer's; absent: the first of its audiences. */
  readonly clientId?: string;
  readonly scopes: readonly string[];
  /** Which of the issuer's tokens the APIs are given. */
  readonly token: PageToken;
  /** Where the page signs in beside the issuer's own origin: its token endpoint, say. */
  readonly issuerOrigins: readonly string[];
  readonly webAclArn?: string;
}

/** Cognito refuses scopes it does not know; the others give a refresh token for `offline_access`. */
const POOL_SCOPES = ["openid", "profile", "email"];
const ISSUER_SCOPES = ["openid", "profile", "offline_access"];

/** First part of a user pool's host name. */
export const COGNITO_DOMAIN = {
  pattern: /^(?!.*(aws|amazon|cognito))[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/,
  must: "be 1 to 63 lower-case letters, digits and hyphens, without aws, amazon or cognito in it",
};

/** Null while the page is off: then whatever else is said about it is a mistake. */
export function readPage(
  read: SettingReader,
  { isLocal, hasOwnIssuer }: { readonly isLocal: boolean; readonly hasOwnIssuer: boolean },
): PageSettings | null {
  const isOn = read.flag("page");
  const name = read.optionalText("pageDomain", {
    pattern: /^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/,
    must: "be a host name in lower case, such as chat.example.com",
  });
  const certificateArn = read.optionalText("pageCertificateArn", {
    // CloudFront takes certificates of this region only, wherever the stacks are.
    pattern: /^arn:[^:]+:acm:us-east-1:\d{12}:certificate\/.+$/,
    must: "be the ARN of an ACM certificate in us-east-1",
  });
  const signInPrefix = read.optionalText("pageSignInPrefix", COGNITO_DOMAIN);
  const clientId = read.optionalText("pageClientId", { pattern: /^\S+$/, must: "be a client id" });
  const scopes = read.list(
    "pageScopes",
    { pattern: /^[\x21\x23-\x5B\x5D-\x7E]+$/, must: "hold only OAuth scopes, openid among them" },
    hasOwnIssuer ? ISSUER_SCOPES : POOL_SCOPES,
  );
  const token = read.oneOf("pageToken", PAGE_TOKENS, "id");
  const issuerOrigins = read.list(
    "pageIssuerOrigins",
    {
      accepts: (text) => URL.canParse(text) && text.startsWith("https://") && new URL(text).origin === text,
      must: "hold only origins such as https://login.example.com",
    },
    [],
  );
  const webAclArn = read.optionalText("pageWebAclArn", {
    // Those before CloudFront are made in this region only.
    pattern: /^arn:[^:]+:wafv2:us-east-1:\d{12}:global\/webacl\/.+$/,
    must: "be the ARN of a global web ACL, made in us-east-1",
  });
  if (!isOn) {
    const others = { pageDomain: name, pageCertificateArn: certificateArn, pageSignInPrefix: signInPrefix };
    for (const [key, value] of Object.entries({
      ...others,
      pageClientId: clientId,
      pageWebAclArn: webAclArn,
    })) {
      if (value !== undefined) read.problem(`Setting "${key}" needs "page" to be true.`);
    }
    return null;
  }
  if (isLocal) {
    read.problem('Setting "page" must be false in the stage local: "npm start" serves the page by itself.');
  }
  if ((name === undefined) !== (certificateArn === undefined)) {
    read.problem('Settings "pageDomain" and "pageCertificateArn" need each other.');
  }
  if (signInPrefix !== undefined && hasOwnIssuer) {
    read.problem('Setting "pageSignInPrefix" is for the user pool: it has no meaning beside "oidcIssuer".');
  }
  if (clientId !== undefined && !hasOwnIssuer) {
    read.problem('Setting "pageClientId" needs "oidcIssuer" beside it.');
  }
  if (!scopes.includes("openid")) read.problem('Setting "pageScopes" must hold openid.');
  return {
    ...(name === undefined || certificateArn === undefined ? {} : { domain: { name, certificateArn } }),
    ...(signInPrefix === undefined ? {} : { signInPrefix }),
    ...(clientId === undefined ? {} : { clientId }),
    scopes,
    token,
    issuerOrigins,
    ...(webAclArn === undefined ? {} : { webAclArn }),
  };
}
