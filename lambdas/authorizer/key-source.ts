import { FetchError } from "aws-jwt-verify/error";
import { SimpleFetcher } from "aws-jwt-verify/https";
import type { Fetcher } from "aws-jwt-verify/https";
import { fieldOf, isObject, parseJson } from "../protocol/fields.ts";
import type { Environment } from "../runtime/env.ts";

/** Where a key set is had from: the address it is known by, and how what stands there is fetched. */
export interface KeySource {
  readonly uri: string;
  readonly fetcher: Fetcher;
}

/**
 * For one try at one document; there is a second one, and discovery is a document more: together they leave the
 * function four of its ten seconds.
 */
const TRY_MS = 1_500;

/** An issuer that has just failed is asked again no sooner: each connection would wait for it. */
const RETRY_AFTER_MS = 5_000;

/** Cognito's user pools keep their keys where everybody knows, so that no trip is spent on looking. */
const COGNITO = /^https:\/\/cognito-idp\.[a-z0-9-]+\.amazonaws\.com(\.cn)?\/[\w-]+$/;

/** Asks over https. Redirects are not followed. */
const httpsFetcher = (): Fetcher =>
  new SimpleFetcher({ defaultRequestOptions: { timeout: TRY_MS, responseTimeout: TRY_MS } });

/**
 * Where the issuer's keys are: in the environment itself, at the address that is set, or where the issuer says
 * (OpenID Connect Discovery 1.0, section 4). It is asked again whenever the keys are: an issuer may move them.
 */
export function keySourceOf(env: Environment<"authorizer">, web: Fetcher = httpsFetcher()): KeySource {
  const wellKnown = `${env.ISSUER.replace(/\/$/, "")}/.well-known`;
  const { OIDC_JWKS: keySet, JWKS_URI: given } = env;
  if (keySet !== undefined) {
    const bytes = new TextEncoder().encode(keySet).buffer;
    return { uri: `${wellKnown}/jwks.json`, fetcher: { fetch: () => Promise.resolve(bytes) } };
  }
  const known = given ?? (COGNITO.test(env.ISSUER) ? `${wellKnown}/jwks.json` : null);
  return known === null
    ? { uri: `${wellKnown}/openid-configuration`, fetcher: patient(discovering(web, env.ISSUER)) }
    : { uri: known, fetcher: patient(web) };
}

/** Given the address of an issuer's configuration, fetches the key set that it names. */
const discovering = (web: Fetcher, issuer: string): Fetcher => ({
  async fetch(uri) {
    const configuration = parseJson(new TextDecoder().decode(await web.fetch(uri)));
    if (!isObject(configuration)) throw new FetchError(uri, "The issuer's configuration is no JSON object.");
    // Section 4.3: otherwise one issuer could pass its keys off as another's.
    if (fieldOf(configuration, "issuer") !== issuer) {
      throw new FetchError(uri, "The configuration is of another issuer than the one that is set.");
    }
    const keys = fieldOf(configuration, "jwks_uri");
    if (typeof keys !== "string" || !URL.canParse(keys) || new URL(keys).protocol !== "https:") {
      throw new FetchError(uri, "The issuer's configuration names no https address of its keys.");
    }
    return web.fetch(keys);
  },
});

/** Fails at once while the last failure is fresh. */
function patient(fetcher: Fetcher): Fetcher {
  let failed: { readonly at: number; readonly error: unknown } | null = null;
  return {
    async fetch(uri) {
      if (failed && Date.now() - failed.at < RETRY_AFTER_MS) throw failed.error;
      try {
        const document = await fetcher.fetch(uri);
        failed = null;
        return document;
      } catch (error) {
        failed = { at: Date.now(), error };
        throw error;
      }
    },
  };
}
