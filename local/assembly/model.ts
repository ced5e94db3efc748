import type { EventRuleModel, ParameterModel, ScheduleModel, TopicModel } from "./messaging-model.ts";
import type { RestApiModel } from "./rest-model.ts";

/**
 * What the local cloud knows of a synthesized app: plain data, with every intrinsic resolved. Only
 * `local/assembly` knows CloudFormation; the gateway, functions, database and event sources read this.
 */
export interface AppModel {
  readonly region: string;
  readonly accountId: string;
  readonly functions: readonly FunctionModel[];
  readonly httpApis: readonly HttpApiModel[];
  readonly restApis: readonly RestApiModel[];
  readonly webSocketApis: readonly WebSocketApiModel[];
  readonly tables: readonly TableModel[];
  readonly queues: readonly QueueModel[];
  readonly eventSources: readonly EventSourceModel[];
  readonly schedules: readonly ScheduleModel[];
  readonly topics: readonly TopicModel[];
  /** Beside `default`, which every account has. */
  readonly eventBuses: readonly string[];
  readonly eventRules: readonly EventRuleModel[];
  readonly parameters: readonly ParameterModel[];
}

export interface FunctionModel {
  /** Logical id, unique in the app: what routes and event sources refer to. */
  readonly id: string;
  /** Short name for log lines: the construct's name in the tree, e.g. `WebSocketFunction`. */
  readonly name: string;
  readonly arn: string;
  /** `nodejs24.x`. */
  readonly runtime: string;
  /** Absolute folder of the built asset. */
  readonly codePath: string;
  /** Lambda's `file.export`. */
  readonly handler: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly memoryMb: number;
  /** Reserved concurrency, if the template sets it. */
  readonly maxConcurrency?: number;
  /** `RecursiveLoop: Allow`: it may call itself without end. */
  readonly allowsRecursion?: boolean;
  /** What it may do; absent where the app does not make its role. */
  readonly role?: RoleModel;
}

export interface RoleModel {
  readonly arn: string;
  readonly name: string;
  /** Of every policy it has. */
  readonly statements: readonly StatementModel[];
  /** What decides on its rights too and is not known here. */
  readonly unread: readonly string[];
}

/** One statement of a policy; of `actions` and `notActions` one is empty, of the resources too. */
export interface StatementModel {
  readonly effect: "Allow" | "Deny";
  readonly actions: readonly string[];
  readonly notActions: readonly string[];
  readonly resources: readonly string[];
  readonly notResources: readonly string[];
  readonly conditions: readonly ConditionModel[];
}

export interface ConditionModel {
  /** e.g. `StringLike` or `ForAllValues:StringEquals`. */
  readonly operator: string;
  /** e.g. `aws:RequestedRegion`. */
  readonly key: string;
  readonly values: readonly string[];
}

export interface HttpApiModel {
  readonly id: string;
  readonly apiId: string;
  readonly stage: string;
  readonly routes: readonly HttpRouteModel[];
  readonly cors?: CorsModel;
}

export interface HttpRouteModel {
  /** `GET /api/users`, `ANY /{proxy+}` or `$default`. */
  readonly routeKey: string;
  readonly functionId: string;
  readonly authorizer?: JwtAuthorizerModel;
  readonly scopes: readonly string[];
}

export interface JwtAuthorizerModel {
  readonly issuer: string;
  readonly audiences: readonly string[];
  /** e.g. `$request.header.Authorization`. */
  readonly identitySource: readonly string[];
}

export interface CorsModel {
  readonly allowOrigins: readonly string[];
  readonly allowMethods: readonly string[];
  readonly allowHeaders: readonly string[];
  readonly exposeHeaders: readonly string[];
  readonly allowCredentials: boolean;
  readonly maxAge?: number;
}

export interface WebSocketApiModel {
  readonly id: string;
  readonly apiId: string;
  readonly stage: string;
  /** e.g. `$request.body.action`. */
  readonly routeSelectionExpression: string;
  readonly routes: readonly WebSocketRouteModel[];
}

export interface WebSocketRouteModel {
  /** `$connect`, `$disconnect`, `$default` or a value of the selection expression. */
  readonly routeKey: string;
  readonly integration: WebSocketIntegrationModel;
  /** On `$connect` only. */
  readonly authorizer?: LambdaAuthorizerModel;
  /** True where the route has a route response: only then does the integration's answer reach the client. */
  readonly hasRouteResponse: boolean;
  /** Frames that do not fit are refused before the integration runs. */
  readonly requestModel?: RequestModelModel;
}

/** What a WebSocket route asks of its frames. */
export interface RequestModelModel {
  /** e.g. `$request.body.action`, or `$default`. */
  readonly selectionExpression: string;
  /** JSON schemas by the value the expression selects. */
  readonly schemas: Readonly<Record<string, unknown>>;
}

export type WebSocketIntegrationModel =
  | { readonly type: "function"; readonly functionId: string; readonly timeoutMs: number }
  | {
      readonly type: "mock";
      readonly templateSelectionExpression?: string;
      readonly requestTemplates: Readonly<Record<string, string>>;
      readonly responses: readonly {
        readonly responseKey: string;
        readonly templateSelectionExpression?: string;
        readonly templates: Readonly<Record<string, string>>;
      }[];
    };

export interface LambdaAuthorizerModel {
  readonly functionId: string;
  /** e.g. `route.request.header.Authorization`; a missing one is 401 without an invocation. */
  readonly identitySource: readonly string[];
}

export interface TableModel {
  readonly id: string;
  readonly name: string;
  readonly arn: string;
  readonly attributes: readonly { readonly name: string; readonly type: "S" | "N" | "B" }[];
  readonly key: readonly KeyPart[];
  readonly indexes: readonly {
    readonly name: string;
    readonly key: readonly KeyPart[];
    readonly projection: {
      readonly type: "ALL" | "KEYS_ONLY" | "INCLUDE";
      readonly attributes?: readonly string[];
    };
  }[];
  readonly streamView?: "KEYS_ONLY" | "NEW_IMAGE" | "OLD_IMAGE" | "NEW_AND_OLD_IMAGES";
  readonly ttlAttribute?: string;
}

export interface KeyPart {
  readonly name: string;
  readonly role: "HASH" | "RANGE";
}

export interface QueueModel {
  readonly id: string;
  readonly name: string;
  readonly arn: string;
  readonly delaySeconds: number;
  readonly visibilityTimeoutSeconds: number;
  readonly retentionSeconds: number;
  readonly redrive?: { readonly deadLetterArn: string; readonly maxReceiveCount: number };
}

export type EventSourceModel =
  | {
      readonly type: "stream";
      readonly functionId: string;
      readonly tableId: string;
      /** Stable across restarts: the position in the stream is remembered under it. */
      readonly id: string;
      readonly batchSize: number;
      readonly batchWindowSeconds: number;
      /** Batches of one shard at a time; 1 if absent. */
      readonly parallelization?: number;
      readonly startingPosition: "TRIM_HORIZON" | "LATEST";
      /** Parsed filter patterns; a record passes when any matches. Empty: everything passes. */
      readonly filters: readonly unknown[];
      readonly maxRetries?: number;
      readonly maxRecordAgeSeconds?: number;
      readonly bisectOnError: boolean;
      readonly reportItemFailures: boolean;
      readonly onFailureQueueArn?: string;
    }
  | {
      readonly type: "queue";
      readonly functionId: string;
      readonly queueId: string;
      readonly id: string;
      readonly batchSize: number;
      readonly batchWindowSeconds: number;
      readonly filters: readonly unknown[];
      readonly reportItemFailures: boolean;
      readonly maxConcurrency?: number;
    };

/** Where the local cloud serves what an endpoint in the template stands for; decided before resolving. */
export interface LocalEndpoints {
  /** `http://127.0.0.1:3000`, no trailing slash: HTTP APIs. */
  readonly httpUrl: string;
  /** `ws://127.0.0.1:3000/local`. */
  readonly wsUrl: string;
  /** `http://127.0.0.1:3000/local`: `POST {managementUrl}/@connections/{id}`. */
  readonly managementUrl: string;
  /** The database engine. */
  readonly databaseUrl: string;
  /** The queue service. */
  readonly queueUrl: string;
}
