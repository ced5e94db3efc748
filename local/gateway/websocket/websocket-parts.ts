import type { FunctionInvoker } from "../../functions/invocation.ts";
import type { GatewayLimits } from "../limits.ts";
import type { GatewayLog } from "../log-line.ts";
import type { RefusalOf } from "../../rights/service-rights.ts";
import type { RunningTasks } from "../../serving/running-tasks.ts";
import type { CompiledWebSocketApi } from "./compiled-api.ts";
import type { ConnectionRegistry } from "./connection-registry.ts";
import type { GatewayFaults } from "./gateway-faults.ts";

/** What every piece of the WebSocket side works with. */
export interface WebSocketParts {
  /** By stage: the first segment of the path. Replaced on a reload, so look it up each time. */
  readonly apis: () => ReadonlyMap<string, CompiledWebSocketApi>;
  readonly account: () => { readonly region: string; readonly accountId: string };
  readonly invoker: FunctionInvoker;
  readonly limits: GatewayLimits;
  readonly log: GatewayLog;
  readonly registry: ConnectionRegistry;
  readonly tasks: RunningTasks;
  readonly faults: GatewayFaults;
  /** On calls of the management API. */
  readonly refusalOf: RefusalOf;
}
