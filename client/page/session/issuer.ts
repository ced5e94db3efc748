import { ErrorResponse, UserManager, WebStorageStateStore } from "oidc-client-ts";
import type { User } from "oidc-client-ts";
import type { IssuerConfig } from "./config.ts";

export type IssuerState =
  | { readonly type: "opening" }
  | { readonly type: "in"; readonly userId: string }
  /** `problem` is a sentence for whoever has to sign in again. */
  | { readonly type: "out"; readonly problem: string | null };

/** Renewed when it ends so soon: what is sent with it is still under way. */
const MARGIN_SECONDS = 30;
const REQUEST_SECONDS = 10;
/** Of an issuer that may do it later. */
const PASSING = ["temporarily_unavailable", "server_error"];

/**
 * Signs in by the code flow with PKCE. What it knows lies in the tab's session storage: it survives a reload, is no
 * other tab's, and ends with the tab.
 */
export class Issuer {
  readonly #config: IssuerConfig;
  readonly #manager: UserManager;
  /** Where one comes back to: registered with the issuer to the letter, so without the conversation. */
  readonly #home = location.origin + location.pathname;
  #start: Promise<IssuerState> | null = null;
  #tell: (state: IssuerState) => void = () => undefined;

  constructor(config: IssuerConfig) {
    this.#config = config;
    const store = (): WebStorageStateStore => new WebStorageStateStore({ store: sessionStorage });
    this.#manager = new UserManager({
      authority: config.authority,
      client_id: config.clientId,
      scope: config.scope,
      redirect_uri: this.#home,
      post_logout_redirect_uri: this.#home,
      userStore: store(),
      stateStore: store(),
      // The chat client says when a token is due.
      automaticSilentRenew: false,
      requestTimeoutInSeconds: REQUEST_SECONDS,
    });
  }

  /** Tells where things stand, now and whenever that changes. Done once, however often it is asked for. */
  open(tell: (state: IssuerState) => void): void {
    this.#tell = tell;
    this.#start ??= this.#read();
    void this.#start.then((state) => this.#tell(state));
  }

  /** Leaves for the issuer's page. @throws if the issuer does not answer */
  async signIn(): Promise<void> {
    await this.#manager.signinRedirect({ state: location.hash });
  }

  /** What `getToken` of the chat client asks for. */
  readonly token = async ({ expired }: { readonly expired: boolean }): Promise<string> => {
    const user = await this.#manager.getUser();
    if (user && !expired && !this.#endsSoon(user)) return this.#tokenOf(user);
    return this.#renew(user);
  };

  /** Forgets the tokens here, then ends the issuer's session on its page, from where one comes back. */
  async signOut(): Promise<void> {
    const user = await this.#manager.getUser();
    // Not every issuer lets tokens be revoked, and none does while the network is down.
    if (user?.refresh_token) await this.#manager.revokeTokens(["refresh_token"]).catch(() => undefined);
    await this.#manager.removeUser();
    this.#forgetAttempts();
    this.#tell({ type: "out", problem: null });
    if (this.#config.signOutUrl !== undefined) return location.assign(this.#config.signOutUrl);
    const hint = user?.id_token === undefined ? {} : { id_token_hint: user.id_token };
    await this.#manager.signoutRedirect(hint).catch(() => undefined);
  }

  async #read(): Promise<IssuerState> {
    const query = new URL(location.href).searchParams;
    if (!query.has("state") || !(query.has("code") || query.has("error"))) {
      const user = await this.#manager.getUser();
      return user ? this.#in(user) : { type: "out", problem: null };
    }
    try {
      const user = await this.#manager.signinRedirectCallback();
      // The code is of no use any more, and the conversation that was open is again.
      history.replaceState(null, "", this.#home + (typeof user.state === "string" ? user.state : ""));
      return this.#in(user);
    } catch (cause) {
      history.replaceState(null, "", this.#home);
      this.#forgetAttempts();
      return { type: "out", problem: sentenceFor(cause) };
    }
  }

  async #renew(user: User | null): Promise<string> {
    if (!user?.refresh_token) return this.#end();
    try {
      const renewed = await this.#manager.signinSilent();
      // An issuer may renew the access token alone.
      if (renewed && this.#tokenOf(renewed) !== this.#tokenOf(user)) return this.#tokenOf(renewed);
    } catch (cause) {
      const isFinal = cause instanceof ErrorResponse && !PASSING.includes(cause.error ?? "");
      if (!isFinal) throw new Error("Who you are cannot be confirmed now.", { cause });
    }
    return this.#end();
  }

  async #end(): Promise<never> {
    await this.#manager.removeUser();
    this.#tell({
      type: "out",
      problem: "Your session has ended. What was not sent is kept until you are back.",
    });
    throw new Error("The session has ended.");
  }

  /** What the library keeps of sign-ins that were begun and not ended. */
  #forgetAttempts(): void {
    for (const key of Object.keys(sessionStorage)) {
      if (key.startsWith("oidc.")) sessionStorage.removeItem(key);
    }
  }

  #in(user: User): IssuerState {
    const { sub } = claimsOf(this.#tokenOf(user));
    return { type: "in", userId: typeof sub === "string" ? sub : user.profile.sub };
  }

  #tokenOf(user: User): string {
    return this.#config.token === "id" ? (user.id_token ?? "") : user.access_token;
  }

  #endsSoon(user: User): boolean {
    const { exp } = claimsOf(this.#tokenOf(user));
    return typeof exp === "number" && exp - MARGIN_SECONDS < Date.now() / 1000;
  }
}

/** What a token says of itself, unverified; nothing of one that only its issuer can read. */
function claimsOf(token: string): Readonly<Record<string, unknown>> {
  try {
    const payload = (token.split(".")[1] ?? "").replaceAll("-", "+").replaceAll("_", "/");
    const bytes = Uint8Array.from(atob(payload), (letter) => letter.charCodeAt(0));
    return JSON.parse(new TextDecoder().decode(bytes)) as Record<string, unknown>;
  } catch {
    return {};
  }
}

function sentenceFor(cause: unknown): string {
  if (!(cause instanceof ErrorResponse)) return "Signing in did not work. Try again.";
  return `Signing in was refused: ${cause.error_description ?? cause.error ?? "no reason was given"}`;
}
