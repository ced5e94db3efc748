export interface LocalUser {
  readonly userId: string;
  readonly displayName: string;
}

/** A token as the local cloud gives it to anybody. Deployed, the identity provider's own page gives it. */
export async function localToken(httpUrl: string, user: LocalUser): Promise<string> {
  const response = await fetch(new URL("/_local/token", httpUrl), {
    method: "POST",
    body: JSON.stringify(user),
  }).catch((cause: unknown) => {
    throw new Error("The server does not answer.", { cause });
  });
  const body: unknown = await response.json().catch(() => ({}));
  const { token, message } = body as { token?: string; message?: string };
  if (token === undefined) throw new Error(message ?? `The local cloud answered ${response.status}.`);
  return token;
}
