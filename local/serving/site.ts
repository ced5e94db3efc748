import { readFile } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { extname, join, resolve, sep } from "node:path";

const TYPES: ReadonlyMap<string, string> = new Map([
  [".html", "text/html; charset=utf-8"],
  [".js", "text/javascript; charset=utf-8"],
  [".mjs", "text/javascript; charset=utf-8"],
  [".css", "text/css; charset=utf-8"],
  [".json", "application/json"],
  [".map", "application/json"],
  [".webmanifest", "application/manifest+json"],
  [".txt", "text/plain; charset=utf-8"],
  [".xml", "application/xml"],
  [".svg", "image/svg+xml"],
  [".png", "image/png"],
  [".jpg", "image/jpeg"],
  [".jpeg", "image/jpeg"],
  [".gif", "image/gif"],
  [".webp", "image/webp"],
  [".avif", "image/avif"],
  [".ico", "image/x-icon"],
  [".woff2", "font/woff2"],
  [".wasm", "application/wasm"],
]);

/** Answers a request with a file; false, and nothing written, where there is none for it. */
export type Site = (req: IncomingMessage, res: ServerResponse) => Promise<boolean>;

/** The files of a folder, read at each request: `/` is its index.html. What begins with a dot is not served. */
export function openSite(folder: string): Site {
  const root = resolve(folder);
  return async (req, res) => {
    if (req.method !== "GET" && req.method !== "HEAD") return false;
    const file = fileAt(root, req.url ?? "/");
    const content = file === null ? null : await contentOf(file);
    if (file === null || content === null) return false;
    res.writeHead(200, {
      "content-type": TYPES.get(extname(file).toLowerCase()) ?? "application/octet-stream",
      "content-length": content.length,
      "x-content-type-options": "nosniff",
      "cache-control": "no-store",
    });
    // Node leaves the body out of what answers a HEAD.
    res.end(content);
    return true;
  };
}

/** Below the root, or nothing. */
function fileAt(root: string, url: string): string | null {
  const path = decoded(url.split("?", 1)[0] ?? "/");
  if (path === null || /[\0\\]/.test(path)) return null;
  if (path.split("/").some((segment) => segment.startsWith("."))) return null;
  const file = join(root, path.endsWith("/") ? `${path}index.html` : path);
  return file.startsWith(root + sep) ? file : null;
}

function decoded(path: string): string | null {
  try {
    return decodeURIComponent(path);
  } catch {
    return null;
  }
}

async function contentOf(file: string): Promise<Buffer | null> {
  try {
    return await readFile(file);
  } catch (failure) {
    const { code } = failure as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "EISDIR" || code === "ENOTDIR" || code === "ENAMETOOLONG") return null;
    throw failure;
  }
}
