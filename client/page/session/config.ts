/** Where the APIs are. */
export interface Config {
  readonly httpUrl: string;
  readonly wsUrl: string;
}

/** `config.json` lies beside the page, its URLs relative to it; a deployment puts its own there. */
export async function readConfig(): Promise<Config> {
  const response = await fetch("./config.json");
  const { httpUrl, wsUrl } = (await response.json()) as Config;
  return { httpUrl: new URL(httpUrl, location.href).href, wsUrl: socketUrl(wsUrl) };
}

function socketUrl(relative: string): string {
  const url = new URL(relative, location.href);
  url.protocol = url.protocol.replace("http", "ws");
  return url.href;
}
