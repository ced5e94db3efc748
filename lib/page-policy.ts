/**
 * What a browser lets the page do. Nothing is loaded from elsewhere but pictures: avatars are of any `https:`
 * address. Styles that scripts set element by element need no `'unsafe-inline'`; style attributes in markup would.
 */
export function contentSecurityPolicy(connect: readonly string[]): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' https: data:",
    "font-src 'self'",
    "manifest-src 'self'",
    connectSource(connect),
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join("; ");
}

const connectSource = (connect: readonly string[]): string =>
  ["connect-src 'self'", ...new Set(connect)].join(" ");

const META = /(<meta\s+http-equiv="Content-Security-Policy"\s+content=")[^"]*(")/;

/**
 * The page's document with `connect-src` narrowed to exactly these addresses, in the place of the policy that it
 * was built with. A browser obeys it and the header both. Null where the document has no such policy.
 */
export function withExactConnections(document: string, connect: readonly string[]): string | null {
  if (!META.test(document)) return null;
  return document.replace(
    META,
    (_, before: string, after: string) => before + connectSource(connect) + after,
  );
}

/** What the page must not ask for; it needs none of them. */
export const PERMISSIONS_POLICY =
  "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()";
