import type { Caller, Chat } from "../chat/chat.ts";
import { Refusal } from "../chat/model/refusal.ts";
import type { Decoded } from "../protocol/fields.ts";
import type { HttpAnswers } from "../protocol/http-answers.ts";
import { decodeSeq } from "../protocol/http-requests.ts";
import type { Query } from "../protocol/http-requests.ts";
import type { HttpRoute } from "../protocol/routes.ts";

/** A request as a route sees it: who asks is known, nothing is decoded yet. */
export interface HttpRequest {
  readonly pathParameters: Readonly<Record<string, string | undefined>>;
  readonly query: Query;
  /** The query string as the client wrote it. */
  readonly rawQuery: string;
  readonly body: string;
}

/** What a route answers when it refuses nothing. */
export interface HttpReply<R extends HttpRoute> {
  /** 204 has no body: null. */
  readonly status: 200 | 201 | 202 | 204;
  readonly body: HttpAnswers[R];
}

/** One route: a request in, a reply out. Refusals are thrown. */
export type Route<R extends HttpRoute> = (
  chat: Chat,
  caller: Caller,
  request: HttpRequest,
) => Promise<HttpReply<R>>;

/** The reply of a route that stores no message. */
export const okay = <T>(body: T): { readonly status: 200; readonly body: T } => ({ status: 200, body });

/** The reply of a route that has nothing to tell. */
export const done: { readonly status: 204; readonly body: null } = { status: 204, body: null };

/** What decoding gave, or the refusal that says why it gave nothing. */
export function must<T>(decoded: Decoded<T>): T {
  if (!decoded.ok) throw new Refusal("INVALID_REQUEST", decoded.message);
  return decoded.value;
}

/**
 * The conversation the path names.
 *
 * @throws Refusal `INVALID_REQUEST` where it names none
 */
export function conversationIdOf({ pathParameters }: HttpRequest): string {
  const { conversationId } = pathParameters;
  if (!conversationId) throw new Refusal("INVALID_REQUEST", "conversationId must be a non-empty string.");
  return conversationId;
}

/**
 * The message the path names.
 *
 * @throws Refusal `INVALID_REQUEST` where it names none
 */
export const messageOf = (
  request: HttpRequest,
): { readonly conversationId: string; readonly seq: number } => ({
  conversationId: conversationIdOf(request),
  seq: must(decodeSeq(request.pathParameters["seq"])),
});
