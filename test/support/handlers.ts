import { vi } from "vitest";
import { closedUrl } from "../../local/test/support/local-server.ts";
import type * as admin from "../../lambdas/admin/index.ts";
import type * as authorizer from "../../lambdas/authorizer/index.ts";
import type * as http from "../../lambdas/http/index.ts";
import type * as postConfirmation from "../../lambdas/sign-up/index.ts";
import type * as websocket from "../../lambdas/websocket/index.ts";
import type * as worker from "../../lambdas/worker/index.ts";
import { createAdminHandler } from "../../lambdas/admin/router.ts";
import { createHttpHandler } from "../../lambdas/http/router.ts";
import { createAuthorizer } from "../../lambdas/authorizer/authorize.ts";
import { createTokenVerifier } from "../../lambdas/authorizer/token-verifier.ts";
import {
  composeAdmin,
  composeChat,
  composeRecognition,
  composeWebSocket,
  composeWorker,
  type Replacements,
} from "../../lambdas/runtime/composition.ts";
import { readEnvironment } from "../../lambdas/runtime/env.ts";
import { createWorker } from "../../lambdas/worker/handler.ts";
import { createWebSocketHandler } from "../../lambdas/websocket/router.ts";
import type { TestTable } from "./engine.ts";

/** The exported handlers of the entry points, as Lambda calls them. */
export interface Handlers {
  readonly websocket: typeof websocket.handler;
  readonly http: typeof http.handler;
  readonly admin: typeof admin.handler;
  readonly authorizer: typeof authorizer.handler;
  readonly worker: typeof worker.handler;
  readonly postConfirmation: typeof postConfirmation.handler;
}

/** Loads the entry points with the environment as it is: each load is a cold start that remembers nothing. */
export async function loadEntryPoints(): Promise<Handlers> {
  vi.resetModules();
  const [onFrame, onRequest, onAdmin, onUpgrade, onRecords, onSignUp] = await Promise.all([
    import("../../lambdas/websocket/index.ts"),
    import("../../lambdas/http/index.ts"),
    import("../../lambdas/admin/index.ts"),
    import("../../lambdas/authorizer/index.ts"),
    import("../../lambdas/worker/index.ts"),
    import("../../lambdas/sign-up/index.ts"),
  ]);
  return {
    websocket: onFrame.handler,
    http: onRequest.handler,
    admin: onAdmin.handler,
    authorizer: onUpgrade.handler,
    worker: onRecords.handler,
    postConfirmation: onSignUp.handler,
  };
}

/**
 * The entry points where nobody listens at the database's address. `warmUp` calls those that are to keep theirs: a
 * client reads its endpoint from the environment at its first call.
 */
export async function loadWithoutDatabase(warmUp: () => Promise<unknown>): Promise<Handlers> {
  await warmUp();
  process.env["AWS_ENDPOINT_URL_DYNAMODB"] = await closedUrl();
  return loadEntryPoints();
}

/** The same handlers over the table's metered client. What they remember is their own. */
export function composeMetered(
  table: TestTable,
  replace: Omit<Replacements, "documentClient"> = {},
): Omit<Handlers, "postConfirmation"> {
  const metered = { documentClient: table.client, ...replace };
  const authorizerEnv = readEnvironment("authorizer");
  return {
    websocket: createWebSocketHandler(composeWebSocket(readEnvironment("websocket"), metered)),
    http: createHttpHandler(composeChat(readEnvironment("http"), metered)),
    admin: createAdminHandler(composeAdmin(readEnvironment("admin"), metered)),
    authorizer: createAuthorizer(
      composeRecognition(authorizerEnv, metered),
      createTokenVerifier(authorizerEnv),
      authorizerEnv.ALLOWED_ORIGINS,
    ),
    worker: createWorker(composeWorker(readEnvironment("worker"), metered)),
  };
}
