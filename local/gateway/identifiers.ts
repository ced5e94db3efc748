import { randomBytes } from "node:crypto";

/** Connection, request and message ids: 15 base64url characters and `=`, as the service makes them. */
export function newId(): string {
  return `${randomBytes(11).toString("base64url")}=`;
}

/** `Root=1-<seconds in hex>-<96 random bits>`, the value of `X-Amzn-Trace-Id`. */
export function newTraceId(now: number): string {
  return `Root=1-${Math.floor(now / 1000).toString(16)}-${randomBytes(12).toString("hex")}`;
}

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** `29/Nov/2023:08:04:03 +0000`. */
export function requestTime(now: number): string {
  const iso = new Date(now).toISOString();
  const month = MONTHS[Number(iso.slice(5, 7)) - 1] ?? "";
  return `${iso.slice(8, 10)}/${month}/${iso.slice(0, 4)}:${iso.slice(11, 19)} +0000`;
}

/** A name that looks like the service's and leads nowhere but here (RFC 6761: `.localhost` is loopback). */
export function apiDomain(apiId: string): string {
  return `${apiId}.execute-api.localhost`;
}
