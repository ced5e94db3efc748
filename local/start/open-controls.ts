import type { AppModel } from "../assembly/model.ts";
import { startDatabaseProxy, type DatabaseProxy, type DatabaseRights } from "../faults/database-proxy.ts";
import { disturbDeliveries } from "../faults/disturbed-deliveries.ts";
import { faultRoutes } from "../faults/fault-routes.ts";
import { createFaults } from "../faults/faults.ts";
import { followFaults } from "../faults/gateway-limits.ts";
import { createPastStates } from "../faults/past-states.ts";
import { createProcessLedger } from "../faults/process-ledger.ts";
import type { FunctionLog } from "../functions/function-log.ts";
import type { FunctionInvoker } from "../functions/invocation.ts";
import type { ProcessHooks } from "../functions/process-hooks.ts";
import type { Gateway } from "../gateway/gateway.ts";
import type { LocalRoutes } from "../gateway/local-routes.ts";
import type { GatewayLog } from "../gateway/log-line.ts";
import type { GatewayFaults } from "../gateway/websocket/gateway-faults.ts";
import type { Terminal } from "./terminal.ts";
import { createRecords } from "../records/records.ts";
import { stateRoute } from "../records/state-route.ts";
import { openTablePages } from "../records/table-pages.ts";
import { tableRoute } from "../records/table-route.ts";
import { viewRoutes } from "../view/view-routes.ts";

/** What the local cloud has and the service has not: faults on command, and a look at all that happens. */
export interface Controls {
  readonly hooks: ProcessHooks;
  /** Where a process's calls of the database are counted and disturbed. */
  readonly database: DatabaseProxy;
  readonly functionLog: FunctionLog;
  readonly gatewayLog: GatewayLog;
  readonly gatewayFaults: GatewayFaults;
  deliveries(invoker: FunctionInvoker): FunctionInvoker;
  readonly routes: LocalRoutes;
  /** Faults reach this gateway's open connections from now on; call once. */
  follow(gateway: Gateway): void;
  /** Ends all faults, and the waits they have caused. */
  calm(): void;
  close(): Promise<void>;
}

export async function openControls(options: {
  readonly model: () => AppModel;
  readonly engineUrl: string;
  readonly terminal: Terminal;
  readonly databaseRights: DatabaseRights;
}): Promise<Controls> {
  const { model, engineUrl, terminal } = options;
  const faults = createFaults();
  const ledger = createProcessLedger((functionName) => faults.clockSkewMs(functionName));
  const records = createRecords(ledger);
  const past = createPastStates({
    engineUrl,
    tables: () => model().tables,
    region: () => model().region,
    onFailure: (cause) => terminal.problem(`Reads of the past have ended: ${String(cause)}`),
  });
  faults.onChange(({ indexLagMs, staleReads }) =>
    past.follow(indexLagMs ?? 0, indexLagMs !== undefined || staleReads !== undefined),
  );
  const proxy = await startDatabaseProxy({
    ...{ engineUrl, faults, ledger, past },
    refusalOf: options.databaseRights,
  });
  const pages = openTablePages(engineUrl, model().region);
  let connections: Pick<Gateway["connections"], "all"> = { all: () => [] };

  return {
    hooks: ledger.hooks,
    database: proxy,
    functionLog: {
      line: (entry) => terminal.functions.line(entry),
      invocation: (entry) => {
        terminal.functions.invocation(entry);
        records.invocation(entry);
      },
    },
    gatewayLog: (line) => {
      terminal.gateway(line);
      records.gateway(line);
    },
    gatewayFaults: faults,
    deliveries: (invoker) => disturbDeliveries(invoker, faults),
    routes: {
      ...viewRoutes(),
      ...faultRoutes(faults, () => model().functions.map(({ name }) => name), past),
      "GET /_local/state": stateRoute({ model, records, faults, connections: () => connections }),
      "GET /_local/table": tableRoute(() => model().tables, pages),
    },
    follow: (gateway) => {
      connections = gateway.connections;
      followFaults(faults, gateway);
    },
    calm: () => faults.clear(),
    close: async () => {
      pages.close();
      await proxy.close();
      await past.close();
    },
  };
}
