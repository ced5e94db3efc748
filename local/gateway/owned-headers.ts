/** Owned by the connection or computed by the gateway, whatever the function says. */
export const NOT_FROM_FUNCTIONS: ReadonlySet<string> = new Set([
  "connection",
  "content-length",
  "keep-alive",
  "transfer-encoding",
  "upgrade",
]);
