/** One REST API (API Gateway v1) with its one stage. */
export interface RestApiModel {
  readonly id: string;
  readonly apiId: string;
  readonly stage: string;
  readonly deploymentId: string;
  /** Where it is served: `/prod`, or `/{apiId}/prod` where another API has that stage already. */
  readonly basePath: string;
  readonly stageVariables: Readonly<Record<string, string>>;
  /** Bodies of these media types travel in base64; `*` stands for any part of one. */
  readonly binaryMediaTypes: readonly string[];
  readonly methods: readonly RestMethodModel[];
  /** Headers by gateway response type: `DEFAULT_4XX`, `UNAUTHORIZED`. */
  readonly gatewayResponses: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

export interface RestMethodModel {
  /** `GET /users/{id}`, `ANY /{proxy+}`. */
  readonly routeKey: string;
  readonly resourceId: string;
  readonly integration: RestIntegrationModel;
  readonly authorizer?: RestAuthorizerModel;
}

export type RestIntegrationModel =
  { readonly type: "function"; readonly functionId: string; readonly timeoutMs: number } | RestMockModel;

/** A fixed answer, as CORS preflights have it. */
export interface RestMockModel {
  readonly type: "mock";
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Origins that are allowed beside the one in the headers, each answered with itself. */
  readonly otherOrigins: readonly string[];
}

export type RestAuthorizerModel =
  | {
      readonly type: "token";
      readonly functionId: string;
      readonly header: string;
      /** What a token must match before the function is asked. */
      readonly pattern?: string;
      readonly ttlSeconds: number;
    }
  | {
      readonly type: "request";
      readonly functionId: string;
      /** `method.request.header.X`, `method.request.querystring.x`, `stageVariables.x`. */
      readonly identitySource: readonly string[];
      readonly ttlSeconds: number;
    }
  | {
      readonly type: "cognito";
      readonly header: string;
      readonly issuers: readonly string[];
      /** The pools' clients. */
      readonly audiences: readonly string[];
      /** None: an id token is asked for; else an access token with one of them. */
      readonly scopes: readonly string[];
    };
