import type { LambdaAuthorizerModel } from "../../assembly/model.ts";
import { parseIdentitySource } from "./compiled-api.ts";
import type { ConnectionFacts } from "./connection-registry.ts";
import { authorizerEvent, type UpgradeRequest } from "./events.ts";
import { readAuthorizerResult } from "./policy.ts";
import type { WebSocketParts } from "./websocket-parts.ts";

export type ConnectAuthorization =
  | {
      readonly type: "allowed";
      readonly authorizer: NonNullable<ConnectionFacts["authorizer"]>;
      readonly ms: number;
    }
  | { readonly type: "refused"; readonly status: 401 | 403 | 500 };

/** Runs the Lambda authorizer of `$connect`. */
export async function authorizeConnect(
  model: LambdaAuthorizerModel,
  facts: ConnectionFacts,
  request: UpgradeRequest,
  parts: WebSocketParts,
): Promise<ConnectAuthorization> {
  if (!model.identitySource.every((source) => isPresent(source, request))) return refused(401);
  const { region, accountId } = parts.account();
  const methodArn = `arn:aws:execute-api:${region}:${accountId}:${facts.apiId}/${facts.stage}/$connect`;
  const started = performance.now();
  const event = authorizerEvent(facts, request, methodArn);
  const result = await parts.invoker.invoke(model.functionId, event, { cause: "$connect authorizer" });
  const ms = performance.now() - started;
  switch (result.type) {
    case "timeout":
      return refused(500);
    case "error":
      // The one message with a meaning: thrown as it is, it makes a 401 (docs: Lambda authorizers).
      return refused(result.errorMessage === "Unauthorized" ? 401 : 500);
    case "ok": {
      const verdict = readAuthorizerResult(result.payload, methodArn);
      switch (verdict.type) {
        case "allowed":
          return {
            type: "allowed",
            authorizer: { principalId: verdict.principalId, context: verdict.context },
            ms,
          };
        case "denied":
          return refused(403);
        case "malformed":
          parts.log({ type: "warning", message: `The answer of ${model.functionId} ${verdict.problem}.` });
          return refused(500);
      }
    }
  }
}

function isPresent(source: string, request: UpgradeRequest): boolean {
  const parsed = parseIdentitySource(source);
  if (parsed === null) return false;
  if (parsed.kind === "query") return (request.query[parsed.name] ?? "") !== "";
  const wanted = parsed.name.toLowerCase();
  return Object.entries(request.headers).some(
    ([name, value]) => name.toLowerCase() === wanted && value !== "",
  );
}

function refused(status: 401 | 403 | 500): ConnectAuthorization {
  return { type: "refused", status };
}
