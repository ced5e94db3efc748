const WAIT_MS = 10_000;

/** Null, or a sentence on why nobody could sign in by this issuer. API Gateway asks it the same way. */
export async function checkIssuer(issuer: string, ask: typeof fetch = fetch): Promise<string | null> {
  const url = `${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`;
  const about = `Setting "oidcIssuer": ${url}`;
  let answer: Response;
  try {
    answer = await ask(url, { signal: AbortSignal.timeout(WAIT_MS) });
  } catch (error) {
    return `${about} cannot be reached (${reasonOf(error)}).`;
  }
  if (!answer.ok) return `${about} answers ${answer.status}.`;
  const document: unknown = await answer.json().catch(() => null);
  const { issuer: named, jwks_uri: keys } = (document ?? {}) as Record<string, unknown>;
  if (typeof named !== "string") return `${about} is no document of OpenID Connect Discovery.`;
  if (named !== issuer) {
    return `${about} names the issuer ${named}, which "oidcIssuer" must be to the letter; it is ${issuer}.`;
  }
  return typeof keys === "string" ? null : `${about} names no "jwks_uri": nothing could check a token.`;
}

function reasonOf(error: unknown): string {
  const { cause, message } = error as Error & { cause?: { code?: string; message?: string } };
  return cause?.code ?? cause?.message ?? message;
}
