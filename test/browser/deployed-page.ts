import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join } from "node:path";
import { withExactConnections } from "../../lib/page-policy.ts";
import { synthesize } from "../infra/synthesize.ts";

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json",
  ".svg": "image/svg+xml",
};

export interface Addresses {
  readonly httpUrl: string;
  readonly wsUrl: string;
  readonly issuerUrl: string;
}

export interface DeployedPage {
  /** Ends in a slash, as what an issuer compares does. */
  readonly url: string;
  stop(): Promise<void>;
}

/** Serves the built page on an origin of its own, as a deployment would: its headers, its document, its config.json. */
export async function serveDeployedPage(
  folder: string,
  addresses: Addresses,
  signIn: (home: string) => Readonly<Record<string, string>>,
): Promise<DeployedPage> {
  const headers = deployedHeaders(addresses);
  const { httpUrl, wsUrl, issuerUrl } = addresses;
  const document = withExactConnections(readFileSync(join(folder, "index.html"), "utf8"), [
    httpUrl,
    wsUrl,
    `${issuerUrl}/`,
  ]);
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? "/", url);
    const name = pathname === "/" ? "/index.html" : pathname;
    const written: Record<string, string | null> = {
      "/index.html": document,
      "/config.json": JSON.stringify({ httpUrl, wsUrl, signIn: signIn(url) }),
    };
    try {
      // As `page-files-stack.ts` leaves it out.
      if (name.includes("/local-cloud-")) throw new Error(`${name} is not deployed.`);
      const body = written[name] ?? readFileSync(join(folder, name));
      response.writeHead(200, { ...headers, "content-type": TYPES[extname(name)] ?? "" }).end(body);
    } catch {
      response.writeHead(404, headers).end();
    }
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  return {
    url,
    stop: () =>
      new Promise((stopped) => {
        server.close(() => stopped());
        server.closeAllConnections();
      }),
  };
}

/** Of the template, with this machine's addresses in the place of the region's. */
function deployedHeaders({ httpUrl, wsUrl, issuerUrl }: Addresses): Record<string, string> {
  const { ResponseHeadersPolicyConfig: config } = synthesize({ stage: "dev", page: "true" }).one(
    "AWS::CloudFront::ResponseHeadersPolicy",
    "Headers",
  ).Properties as {
    ResponseHeadersPolicyConfig: {
      CustomHeadersConfig: { Items: readonly { Header: string; Value: string }[] };
      SecurityHeadersConfig: {
        ContentSecurityPolicy: { ContentSecurityPolicy: string };
        ReferrerPolicy: { ReferrerPolicy: string };
        FrameOptions: { FrameOption: string };
      };
    };
  };
  const security = config.SecurityHeadersConfig;
  const policy = security.ContentSecurityPolicy.ContentSecurityPolicy.replace(
    /https:\/\/\*\.execute-api\.\S+/,
    httpUrl,
  )
    .replace(/wss:\/\/\*\.execute-api\.[^\s;]+/, new URL(wsUrl).origin)
    .replace(/https:\/\/cognito-idp\.\S+/, issuerUrl);
  return {
    ...Object.fromEntries(config.CustomHeadersConfig.Items.map(({ Header, Value }) => [Header, Value])),
    "content-security-policy": policy,
    "referrer-policy": security.ReferrerPolicy.ReferrerPolicy,
    "x-frame-options": security.FrameOptions.FrameOption,
    "x-content-type-options": "nosniff",
  };
}
