import { vi } from "vitest";
import type * as authorizer from "../../lambdas/authorizer.ts";
import type * as http from "../../lambdas/http.ts";
import type * as postConfirmation from "../../lambdas/post-confirmation.ts";
import type * as websocket from "../../lambdas/websocket.ts";
import type * as worker from "../../lambdas/worker.ts";
import { createHttpHandler } from "../../lambdas/http/router.ts";
import { createAuthorizer, createTokenVerifier } from "../../lambdas/runtime/authorizer.ts";
import { composeChat, composeRecognition, composeWorker } from "../../lambdas/runtime/composition.ts";
import { listIn, readEnvironment } from "../../lambdas/runtime/env.ts";
import { createWorker } from "../../lambdas/runtime/worker.ts";
import { createWebSocketHandler } from "../../lambdas/websocket/router.ts";
import type { TestTable } from "./engine.ts";

/** The exported handlers of the entry points, as Lambda calls them. */
export interface Handlers {
  readonly websocket: typeof websocket.handler;
  readonly http: typeof http.handler;
  readonly authorizer: typeof authorizer.handler;
  readonly worker: typeof worker.handler;
  readonly postConfirmation: typeof postConfirmation.handler;
}

/** Loads the entry points with the environment as it is: each load is a cold start that remembers nothing. */
export async function loadEntryPoints(): Promise<Handlers> {
  vi.resetModules();
  const [onFrame, onRequest, onUpgrade, onRecords, onSignUp] = await Promise.all([
    import("../../lambdas/websocket.ts"),
    import("../../lambdas/http.ts"),
    import("../../lambdas/authorizer.ts"),
    import("../../lambdas/worker.ts"),
    import("../../lambdas/post-confirmation.ts"),
  ]);
  return {
    websocket: onFrame.handler,
    http: onRequest.handler,
    authorizer: onUpgrade.handler,
    worker: onRecords.handler,
    postConfirmation: onSignUp.handler,
  };
}

/** The same handlers over the table's metered client. What they remember is their own. */
export function composeMetered(table: TestTable): Omit<Handlers, "postConfirmation"> {
  const metered = { documentClient: table.client };
  const authorizerEnv = readEnvironment("authorizer");
  return {
    websocket: createWebSocketHandler(composeChat(readEnvironment("websocket"), metered)),
    http: createHttpHandler(composeChat(readEnvironment("http"), metered)),
    authorizer: createAuthorizer(
      composeRecognition(authorizerEnv, metered),
      createTokenVerifier(authorizerEnv),
      listIn("ALLOWED_ORIGINS", authorizerEnv.ALLOWED_ORIGINS),
    ),
    worker: createWorker(composeWorker(readEnvironment("worker"), metered)),
  };
}
