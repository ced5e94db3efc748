import type { Table } from "aws-cdk-lib/aws-dynamodb";
import type { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import type { IQueue } from "aws-cdk-lib/aws-sqs";
import type { WebSocketStage } from "aws-cdk-lib/aws-apigatewayv2";
import { Stack } from "aws-cdk-lib";
import type { Construct } from "constructs";
import { TABLE_SHAPE } from "../lambdas/store/table-shape.ts";
import type { Bundles } from "./bundling/bundle-functions.ts";
import { makeFunction } from "./function.ts";
import { consumeFrom, onItems, pushAndClose, queryIndex, readStream, sendTo } from "./grants.ts";
import { type Issuer, profileEnvironment } from "./identity-stack.ts";
import type { Settings } from "./settings.ts";

export const WORKER_TIMEOUT_SECONDS = 60;
const REQUEST_TIMEOUT_SECONDS = 10;

export interface ChatFunctionsProps {
  readonly settings: Settings;
  readonly bundles: Bundles;
  readonly table: Table;
  readonly issuer: Issuer;
  readonly queue: IQueue;
  /** Where records of the stream go that were given up. */
  readonly streamDeadLetters: IQueue;
  readonly stage: WebSocketStage;
}

/** The functions behind both APIs and the worker, each with what it may do. */
export class ChatFunctions {
  readonly webSocket: LambdaFunction;
  readonly http: LambdaFunction;
  readonly admin: LambdaFunction;
  readonly authorizer: LambdaFunction;
  readonly worker: LambdaFunction;

  constructor(scope: Construct, props: ChatFunctionsProps) {
    const { settings, bundles, table, issuer, queue, stage } = props;
    const shared = { bundles, settings };
    const items = onItems(table, "GetItem", "BatchGetItem", "PutItem", "UpdateItem", "Query");
    const chat = {
      TABLE_NAME: table.tableName,
      CALLBACK_URL: stage.callbackUrl,
      PRESENCE_GRACE_SECONDS: String(settings.presenceGraceSeconds),
      DISCLOSE_TO: settings.discloseTo,
      LOG_LEVEL: settings.logLevel,
      ...(settings.metrics ? { METRICS_STAGE: settings.stage } : {}),
    };
    const rates = {
      SENDS_PER_SECOND: String(settings.sendsPerSecond),
      READS_PER_SECOND: String(settings.readsPerSecond),
    };

    this.webSocket = makeFunction(scope, "WebSocketFunction", {
      ...shared,
      name: "websocket",
      description: "Every route of the WebSocket API",
      timeoutSeconds: REQUEST_TIMEOUT_SECONDS,
      environment: {
        ...chat,
        ...rates,
        TYPING_PER_SECOND: String(settings.typingPerSecond),
        JOINS_PER_SECOND: String(settings.joinsPerSecond),
        QUEUE_URL: queue.queueUrl,
      },
      grants: [items, sendTo(queue), pushAndClose(stage)],
    });
    this.http = makeFunction(scope, "HttpFunction", {
      ...shared,
      name: "http",
      description: "Every route of the HTTP API but those for admins",
      timeoutSeconds: REQUEST_TIMEOUT_SECONDS,
      environment: {
        ...chat,
        ...rates,
        ...profileEnvironment(settings),
        LOOKUPS_PER_SECOND: String(settings.lookupsPerSecond),
        CONVERSATIONS_PER_HOUR: String(settings.conversationsPerHour),
        DIRECTORY: settings.directory,
        MAX_GROUP_MEMBERS: String(settings.maxGroupMembers),
        QUEUE_URL: queue.queueUrl,
      },
      grants: [
        items,
        // A block that is taken back is the one item that goes.
        onItems(table, "DeleteItem"),
        queryIndex(table, TABLE_SHAPE.indexes.byActivity.name),
        queryIndex(table, TABLE_SHAPE.indexes.byHandle.name),
        sendTo(queue),
        pushAndClose(stage),
      ],
    });
    this.admin = makeFunction(scope, "AdminFunction", {
      ...shared,
      name: "admin",
      description: "Every route for admins",
      timeoutSeconds: REQUEST_TIMEOUT_SECONDS,
      environment: {
        ...chat,
        ...profileEnvironment(settings),
        ADMIN_SCOPE: settings.adminScope,
        QUEUE_URL: queue.queueUrl,
      },
      grants: [
        items,
        // The mark of an erasure, once its user may come anew.
        onItems(table, "DeleteItem"),
        sendTo(queue),
        pushAndClose(stage),
      ],
    });
    this.authorizer = makeFunction(scope, "AuthorizerFunction", {
      ...shared,
      name: "authorizer",
      description: "Verifies the token of a WebSocket connection",
      timeoutSeconds: REQUEST_TIMEOUT_SECONDS,
      environment: {
        TABLE_NAME: table.tableName,
        ISSUER: issuer.issuer,
        AUDIENCES: Stack.of(scope).toJsonString(issuer.audiences),
        ALLOWED_ORIGINS: Stack.of(scope).toJsonString(settings.allowedOrigins),
        LOG_LEVEL: settings.logLevel,
        ...profileEnvironment(settings),
        ...(issuer.jwksUri === undefined ? {} : { JWKS_URI: issuer.jwksUri }),
      },
      grants: [onItems(table, "GetItem", "UpdateItem")],
    });
    this.worker = makeFunction(scope, "WorkerFunction", {
      ...shared,
      name: "worker",
      description: "Presence transitions, derived data that a sender left behind, the sweep, and erasures",
      timeoutSeconds: WORKER_TIMEOUT_SECONDS,
      // Chunk after chunk of a user's peers, and page after page of a sweep: each ends by itself.
      sendsToItself: true,
      environment: { ...chat, QUEUE_URL: queue.queueUrl },
      grants: [
        items,
        // What stands of a user who is erased.
        onItems(table, "DeleteItem"),
        queryIndex(table, TABLE_SHAPE.indexes.notOff.name),
        ...readStream(table),
        consumeFrom(queue),
        sendTo(queue, props.streamDeadLetters),
        pushAndClose(stage),
      ],
    });
  }

  get all(): readonly LambdaFunction[] {
    return [this.webSocket, this.http, this.admin, this.authorizer, this.worker];
  }
}
