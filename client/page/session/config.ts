/** Where the APIs are. */
export interface Config {
  readonly httpUrl: string;
  readonly wsUrl: string;
  /** Absent on the local cloud, where a name is enough. */
  readonly signIn?: IssuerConfig;
}

/** The OpenID Connect issuer whose page one signs in on. */
export interface IssuerConfig {
  /** Where its discovery document is, without `/.well-known/…`. */
  readonly authority: string;
  readonly clientId: string;
  readonly scope: string;
  /** Which of its tokens the APIs are given. */
  readonly token: "id" | "access";
  /** Where its session is ended, if not as OpenID Connect has it. */
  readonly signOutUrl?: string;
}

/** `config.json` lies beside the page, its URLs relative to it; a deployment puts its own there. */
export async function readConfig(): Promise<Config> {
  const response = await fetch("./config.json");
  const { httpUrl, wsUrl, ...rest } = (await response.json()) as Config;
  return { ...rest, httpUrl: new URL(httpUrl, location.href).href, wsUrl: socketUrl(wsUrl) };
}

function socketUrl(relative: string): string {
  const url = new URL(relative, location.href);
  url.protocol = url.protocol.replace("http", "ws");
  return url.href;
}
