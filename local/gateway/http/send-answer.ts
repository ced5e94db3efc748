import type { ServerResponse } from "node:http";
import { isCorsHeader } from "./cors.ts";
import type { HttpAnswer } from "./http-response.ts";

export interface AnswerOptions {
  readonly extraHeaders: readonly (readonly [name: string, value: string])[];
  /** Once CORS is configured the function's own CORS headers are ignored (docs: http-api-cors). */
  readonly ownsCors: boolean;
}

/** An answer the gateway makes itself. */
export function gatewayAnswer(status: number, message: string): HttpAnswer {
  const body = Buffer.from(JSON.stringify({ message }));
  return { status, headers: [["content-type", "application/json"]], cookies: [], body };
}

/**
 * Sends an answer. A header that HTTP's grammar does not allow makes it the 500 of a malformed response; the
 * outcome then says why, otherwise it is null.
 */
export function sendAnswer(res: ServerResponse, answer: HttpAnswer, options: AnswerOptions): string | null {
  try {
    setHeaders(res, answer, options);
  } catch (cause) {
    for (const name of res.getHeaderNames()) res.removeHeader(name);
    const failed = gatewayAnswer(500, "Internal Server Error");
    setHeaders(res, failed, options);
    res.end(failed.body);
    return `a response header cannot be sent: ${cause instanceof Error ? cause.message : String(cause)}`;
  }
  res.end(answer.body);
  return null;
}

function setHeaders(res: ServerResponse, answer: HttpAnswer, options: AnswerOptions): void {
  res.statusCode = answer.status;
  for (const [name, value] of answer.headers) {
    if (!(options.ownsCors && isCorsHeader(name))) res.setHeader(name, value);
  }
  for (const [name, value] of options.extraHeaders) res.setHeader(name, value);
  if (answer.cookies.length > 0) res.setHeader("set-cookie", answer.cookies);
  if (answer.status !== 204 && answer.status !== 304) res.setHeader("content-length", answer.body.length);
}
