import http, { type IncomingHttpHeaders } from "node:http";
import https from "node:https";
import { crc32 } from "node:zlib";

export interface EngineAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface EngineClient {
  /** Null where the engine cannot be reached or breaks off. */
  send(headers: IncomingHttpHeaders, body: Buffer): Promise<EngineAnswer | null>;
  close(): void;
}

/** They belong to one connection, not to the message. */
const HOP_BY_HOP = new Set([
  "connection",
  "keep-alive",
  "transfer-encoding",
  "host",
  "content-length",
  "expect",
]);

/** Passes calls on to the database engine over connections that are kept. */
export function openEngineClient(url: string): EngineClient {
  const target = new URL(url);
  const { request, Agent } = target.protocol === "https:" ? https : http;
  const agent = new Agent({ keepAlive: true });

  const sendOnce = (headers: IncomingHttpHeaders, body: Buffer): Promise<EngineAnswer | "not taken" | null> =>
    new Promise((resolve) => {
      const outgoing = request(target, { method: "POST", agent, headers }, (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
        incoming.on("error", () => resolve(null));
        incoming.on("end", () => {
          const status = incoming.statusCode ?? 502;
          resolve({ status, headers: withoutHopByHop(incoming.headers), body: Buffer.concat(chunks) });
        });
      });
      outgoing.on("error", (error: NodeJS.ErrnoException) => {
        // An engine may close an idle connection at the very moment it is used again: nothing was read from it.
        resolve(outgoing.reusedSocket && error.code === "ECONNRESET" ? "not taken" : null);
      });
      outgoing.setNoDelay(true);
      outgoing.end(body);
    });

  return {
    send: async (headers, body) => {
      const own = { ...withoutHopByHop(headers), "content-length": String(body.length) };
      let answer = await sendOnce(own, body);
      while (answer === "not taken") answer = await sendOnce(own, body);
      return answer;
    },
    close: () => agent.destroy(),
  };
}

/** An answer with another body, its length and checksum set right. */
export function withBody(answer: EngineAnswer, body: Buffer): EngineAnswer {
  if (body === answer.body) return answer;
  const headers = { ...answer.headers };
  if (headers["x-amz-crc32"] !== undefined) headers["x-amz-crc32"] = String(crc32(body));
  return { ...answer, headers, body };
}

function withoutHopByHop(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  const kept: IncomingHttpHeaders = {};
  for (const [name, value] of Object.entries(headers)) {
    if (!HOP_BY_HOP.has(name)) kept[name] = value;
  }
  return kept;
}
