import http from "node:http";
import https from "node:https";

const LIMIT_MS = 5_000;

/**
 * Whether the URL answers DynamoDB's ListTables. Over an agent of its own: `fetch` and Node's global agent send
 * also what is for this machine through the proxy of the environment, where NODE_USE_ENV_PROXY is set.
 */
export function listsTables(url: string): Promise<boolean> {
  const { request, Agent } = url.startsWith("https:") ? https : http;
  const agent = new Agent();
  return new Promise<boolean>((resolve) => {
    const outgoing = request(
      url,
      {
        method: "POST",
        agent,
        timeout: LIMIT_MS,
        headers: {
          "content-type": "application/x-amz-json-1.0",
          "x-amz-target": "DynamoDB_20120810.ListTables",
          // The signature is not compared with anything, but a request without one is refused.
          "x-amz-date": "20260101T000000Z",
          authorization:
            "AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0",
        },
      },
      (response) => {
        let body = "";
        response.setEncoding("utf8").on("data", (chunk: string) => (body += chunk));
        response.on("error", () => resolve(false));
        response.on("end", () => resolve(response.statusCode === 200 && body.includes("TableNames")));
      },
    );
    outgoing.on("timeout", () => outgoing.destroy());
    outgoing.on("error", () => resolve(false));
    outgoing.on("close", () => resolve(false));
    outgoing.end("{}");
  }).finally(() => agent.destroy());
}
