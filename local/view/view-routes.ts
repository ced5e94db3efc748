import { readdirSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { extname, join } from "node:path";
import type { LocalRoute, LocalRoutes } from "../gateway/local-routes.ts";

const PAGE = join(import.meta.dirname, "page");

const TYPES: ReadonlyMap<string, string> = new Map([
  [".html", "text/html; charset=utf-8"],
  [".js", "text/javascript; charset=utf-8"],
  [".css", "text/css; charset=utf-8"],
]);

/**
 * What people write in their messages is on this page: nothing runs, loads or frames it but itself, and the
 * browser refuses to make markup of a string at all (trusted types).
 */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src data:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join("; ");

/** `GET /_local/`: a page that shows what the local cloud does. Its files are read at each request. */
export function viewRoutes(): LocalRoutes {
  const files = readdirSync(PAGE).flatMap((name) => {
    const type = TYPES.get(extname(name));
    return type === undefined ? [] : [[name, type] as const];
  });
  return {
    "GET /_local": (_req, res) => {
      res.writeHead(308, { location: "/_local/" }).end();
    },
    ...Object.fromEntries(
      files.map(([name, type]) => [
        `GET /_local/${name === "index.html" ? "" : name}`,
        serveFile(join(PAGE, name), type),
      ]),
    ),
  };
}

function serveFile(file: string, type: string): LocalRoute {
  return async (_req, res) => {
    const content = await readFile(file);
    res.writeHead(200, {
      "content-type": type,
      "content-length": content.length,
      "content-security-policy": POLICY,
      "x-content-type-options": "nosniff",
      "referrer-policy": "no-referrer",
      "cross-origin-resource-policy": "same-origin",
      "cache-control": "no-store",
    });
    res.end(content);
  };
}
