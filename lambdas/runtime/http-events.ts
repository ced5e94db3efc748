import { isUtf8 } from "node:buffer";
import type { APIGatewayProxyEventV2WithJWTAuthorizer, APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import type { Chat } from "../chat/chat.ts";
import { Refusal } from "../chat/model/refusal.ts";
import { HTTP_STATUS } from "../protocol/codes.ts";
import type { ErrorAnswer } from "../protocol/http-answers.ts";
import { decodeQuery } from "../protocol/http-requests.ts";
import { MAX_BODY_BYTES } from "../protocol/limits.ts";
import type { HttpRoute } from "../protocol/routes.ts";
import { toClientError } from "./client-error.ts";
import { must } from "./http-route.ts";
import type { HttpReply, HttpRequest } from "./http-route.ts";
import type { PartialTrace } from "./trace.ts";

type HttpEvent = APIGatewayProxyEventV2WithJWTAuthorizer;
type HttpResponse = APIGatewayProxyStructuredResultV2;

/**
 * A handler of the HTTP API's events: what `answer` replies, or the error that it refuses with, as a response. `reply`
 * writes the former, of JSON unless told otherwise.
 */
export const answering =
  (chat: Chat, answer: (event: HttpEvent) => Promise<HttpReply<HttpRoute>>, reply = respond) =>
  async (event: HttpEvent): Promise<HttpResponse> => {
    try {
      const { status, body } = await answer(event);
      return body === null ? { statusCode: status } : reply(status, body);
    } catch (error) {
      const { code, message, retryAfterSeconds } = toClientError(error, chat, event.routeKey);
      const retry = retryAfterSeconds === null ? {} : { "retry-after": String(retryAfterSeconds) };
      const answer: ErrorAnswer = { code, message };
      return respond(HTTP_STATUS[code], answer, retry);
    }
  };

/** The ids a line of the log bears; the user's follows once the token has been read. */
export const traceOf = ({ requestContext }: HttpEvent): PartialTrace => ({
  gatewayRequestId: requestContext.requestId,
});

/** Whether there is a route of this key. */
export const isOneOf = <R extends string>(routes: Readonly<Record<R, unknown>>, key: string): key is R =>
  Object.hasOwn(routes, key);

/**
 * The request as a route takes it.
 *
 * @throws Refusal `PAYLOAD_TOO_LARGE`; `INVALID_REQUEST` for a body that is not UTF-8, or a query that does not decode
 */
export function requestOf(event: HttpEvent): HttpRequest {
  const encoding = event.isBase64Encoded ? "base64" : "utf8";
  const body = Buffer.from(event.body ?? "", encoding);
  if (body.byteLength > MAX_BODY_BYTES) {
    throw new Refusal("PAYLOAD_TOO_LARGE", `The body must have at most ${MAX_BODY_BYTES} bytes.`);
  }
  // Leniently decoded, two bodies that differ would be stored alike, and the second taken for a repeat.
  if (!isUtf8(body)) throw new Refusal("INVALID_REQUEST", "The body must be UTF-8.");
  return {
    pathParameters: event.pathParameters ?? {},
    query: must(decodeQuery(event.rawQueryString)),
    rawQuery: event.rawQueryString,
    body: body.toString("utf8"),
  };
}

export const respond = (
  statusCode: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): HttpResponse => ({
  statusCode,
  headers: { "content-type": "application/json", ...headers },
  body: JSON.stringify(body),
});
