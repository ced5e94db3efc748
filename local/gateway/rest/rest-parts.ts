import type { FunctionInvoker } from "../../functions/invocation.ts";
import type { LocalIssuer } from "../../identity/issuer.ts";
import type { GatewayLimits } from "../limits.ts";
import type { GatewayLog } from "../log-line.ts";

/** What REST APIs share. */
export interface RestApiParts {
  readonly region: string;
  readonly accountId: string;
  readonly invoker: FunctionInvoker;
  readonly issuer: LocalIssuer;
  readonly limits: GatewayLimits;
  readonly log: GatewayLog;
}
