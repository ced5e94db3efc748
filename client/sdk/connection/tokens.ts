import { ChatError, lost } from "../chat-error.ts";
import { oneAtATime, within } from "../environment.ts";

/** How long `getToken` may take. */
const TOKEN_MS = 20_000;
/** A token that ends so soon is not used any more. */
const MARGIN_MS = 5_000;

/** Gives a token; asked again when the last one has expired or was refused. */
export type GetToken = (reason: { readonly expired: boolean }) => Promise<string> | string;

/** A token with what it says of itself. Times are milliseconds on the clock of whoever signed it. */
export interface Token {
  readonly text: string;
  readonly userId: string;
  /** How long it lives in all; endless where it does not say. */
  readonly lifetimeMs: number;
  /** When it was given, by the clock here: clocks may differ by hours, lifetimes do not. */
  readonly givenAt: number;
}

/** The one way to a token: however many ask at once, `getToken` is asked once. */
export class Tokens {
  readonly #getToken: GetToken;
  readonly #now: () => number;
  readonly #identified: (userId: string) => Promise<void>;
  readonly #closing = new AbortController();
  #token: Token | null = null;
  readonly #requestOnce = oneAtATime((expired: boolean) => this.#request(expired));

  /** `identified` is awaited before a token is used: whose it is, is known before anything is done in their name. */
  constructor(getToken: GetToken, now: () => number, identified: (userId: string) => Promise<void>) {
    this.#getToken = getToken;
    this.#now = now;
    this.#identified = identified;
  }

  /** A token that has not expired as far as is known. */
  get(): Promise<Token> {
    const token = this.#token;
    if (token && this.endsIn(token) > MARGIN_MS) return Promise.resolve(token);
    return this.#ask(token !== null);
  }

  /** A new one, for a socket that is to live as long as can be, or since `refused` was not taken. */
  renew(refused: Token | null = null): Promise<Token> {
    if (refused && this.#token && this.#token !== refused) return this.get();
    return this.#ask(true);
  }

  endsIn(token: Token): number {
    return token.givenAt + token.lifetimeMs - this.#now();
  }

  /** Forgets the token, and asks for none any more. */
  close(): void {
    this.#closing.abort();
    this.#token = null;
  }

  #ask(expired: boolean): Promise<Token> {
    return this.#closing.signal.aborted ? Promise.reject(closed()) : this.#requestOnce(expired);
  }

  async #request(expired: boolean): Promise<Token> {
    const { signal } = this.#closing;
    let token: Token;
    try {
      const text = await within(TOKEN_MS, () => this.#getToken({ expired }), signal);
      token = readToken(text, this.#now());
    } catch (cause) {
      throw signal.aborted ? closed() : new ChatError("UNAUTHORIZED", "getToken failed.", cause);
    }
    if (!signal.aborted) await this.#identified(token.userId);
    if (signal.aborted) throw closed();
    return (this.#token = token);
  }
}

const closed = (): ChatError => lost("The client was closed.");

/** What a token says of itself, unverified: enough to know whose it is and how long it will do. */
function readToken(text: string, givenAt: number): Token {
  const payload = text.split(".")[1]!.replaceAll("-", "+").replaceAll("_", "/");
  const bytes = Uint8Array.from(atob(payload), (letter) => letter.charCodeAt(0));
  const { sub, exp, iat } = JSON.parse(new TextDecoder().decode(bytes)) as Record<string, unknown>;
  if (typeof sub !== "string") throw new Error("The token names nobody.");
  // It may have been kept for a while; where the clock here says that it has ended, that one may be wrong.
  const ends = [Number(iat ?? 0) * 1000, givenAt].map((from) => Number(exp ?? 0) * 1000 - from);
  return { text, userId: sub, lifetimeMs: Math.min(...ends.filter((ms) => ms > 0)), givenAt };
}
