import { createHash } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";

/** Letters and digits of the service's own keys. */
const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const SCOPE = /^AWS4-HMAC-SHA256 Credential=([A-Za-z0-9]+)\//;

/** The access key id that a function's processes sign with: of the form of a role's, and always the same. */
export function accessKeyOf(functionArn: string): string {
  const digest = createHash("sha256").update(functionArn).digest();
  return `ASIA${Array.from(digest.subarray(0, 16), (byte) => ALPHABET[byte % 32]).join("")}`;
}

/** The key that a request says it is signed with; the signature itself is not looked at. */
export const keyOfRequest = ({ authorization = "" }: IncomingHttpHeaders): string | undefined =>
  SCOPE.exec(authorization)?.[1];
