import type { IncomingMessage, ServerResponse } from "node:http";

export type RequestBody =
  | { readonly type: "ok"; readonly body: Buffer }
  | { readonly type: "too-large" }
  /** The client went away before the body was complete. */
  | { readonly type: "aborted" };

/** Reads a whole body; beyond `limit` bytes the rest is read and dropped, so that the answer can be sent. */
export async function readBody(req: IncomingMessage, limit: number): Promise<RequestBody> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of req as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size <= limit) chunks.push(chunk);
      else chunks.length = 0;
    }
  } catch {
    return { type: "aborted" };
  }
  return size > limit ? { type: "too-large" } : { type: "ok", body: Buffer.concat(chunks) };
}

/** Answers with a JSON body and its length. */
export function answerJson(
  res: ServerResponse,
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  const text = JSON.stringify(body);
  res.writeHead(status, {
    "content-type": "application/json",
    ...headers,
    "content-length": String(Buffer.byteLength(text)),
  });
  res.end(text);
}
