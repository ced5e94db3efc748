import { TAGS, type PropertyTable } from "./property-table.ts";

/** API Gateway's, of both versions. */
export const GATEWAY_TYPES: readonly (readonly [type: string, table: PropertyTable])[] = [
  [
    "AWS::ApiGatewayV2::Api",
    {
      served: ["CorsConfiguration", "ProtocolType", "RouteSelectionExpression"],
      withoutLocalEffect: [...TAGS, "DisableExecuteApiEndpoint", "IpAddressType", "Name", "Version"],
    },
  ],
  [
    "AWS::ApiGatewayV2::Stage",
    {
      served: ["ApiId", "StageName"],
      // Throttling: the stage's limits are far above what one machine serves.
      withoutLocalEffect: [
        ...TAGS,
        "AccessLogSettings",
        "AutoDeploy",
        "DefaultRouteSettings",
        "DeploymentId",
        "RouteSettings",
      ],
    },
  ],
  [
    "AWS::ApiGatewayV2::Route",
    {
      served: [
        "ApiId",
        "AuthorizationScopes",
        "AuthorizationType",
        "AuthorizerId",
        "ModelSelectionExpression",
        "RequestModels",
        "RouteKey",
        "RouteResponseSelectionExpression",
        "Target",
      ],
      withoutLocalEffect: ["OperationName"],
    },
  ],
  [
    "AWS::ApiGatewayV2::Model",
    { served: ["ApiId", "ContentType", "Name", "Schema"], withoutLocalEffect: ["Description"] },
  ],
  [
    "AWS::ApiGatewayV2::RouteResponse",
    { served: ["ApiId", "RouteId", "RouteResponseKey"], withoutLocalEffect: [] },
  ],
  [
    "AWS::ApiGatewayV2::Integration",
    {
      served: [
        "ApiId",
        "IntegrationType",
        "IntegrationUri",
        "PayloadFormatVersion",
        "RequestTemplates",
        "TemplateSelectionExpression",
        "TimeoutInMillis",
      ],
      withoutLocalEffect: [
        "ConnectionType",
        "CredentialsArn",
        "Description",
        "IntegrationMethod",
        "PassthroughBehavior",
      ],
    },
  ],
  [
    "AWS::ApiGatewayV2::IntegrationResponse",
    {
      served: [
        "ApiId",
        "IntegrationId",
        "IntegrationResponseKey",
        "ResponseTemplates",
        "TemplateSelectionExpression",
      ],
      withoutLocalEffect: [],
    },
  ],
  [
    "AWS::ApiGatewayV2::Authorizer",
    {
      served: ["ApiId", "AuthorizerType", "AuthorizerUri", "IdentitySource", "JwtConfiguration"],
      withoutLocalEffect: ["AuthorizerCredentialsArn", "Name"],
    },
  ],
  [
    "AWS::ApiGateway::RestApi",
    {
      served: ["BinaryMediaTypes"],
      withoutLocalEffect: [
        ...TAGS,
        "ApiKeySourceType",
        "DisableExecuteApiEndpoint",
        "EndpointConfiguration",
        "FailOnWarnings",
        "MinimumCompressionSize",
        "Name",
        "Policy",
      ],
    },
  ],
  [
    "AWS::ApiGateway::Stage",
    {
      served: ["DeploymentId", "RestApiId", "StageName", "Variables"],
      withoutLocalEffect: [
        ...TAGS,
        "AccessLogSetting",
        "CacheClusterEnabled",
        "CacheClusterSize",
        "MethodSettings",
        "TracingEnabled",
      ],
    },
  ],
  ["AWS::ApiGateway::Resource", { served: ["ParentId", "PathPart", "RestApiId"], withoutLocalEffect: [] }],
  [
    "AWS::ApiGateway::Method",
    {
      served: [
        "ApiKeyRequired",
        "AuthorizationScopes",
        "AuthorizationType",
        "AuthorizerId",
        "HttpMethod",
        "Integration",
        "ResourceId",
        "RestApiId",
      ],
      // Parameters and models are only declared here; a validator, which is refused, would ask for them.
      withoutLocalEffect: ["MethodResponses", "OperationName", "RequestModels", "RequestParameters"],
    },
  ],
  [
    "AWS::ApiGateway::Authorizer",
    {
      served: [
        "AuthorizerResultTtlInSeconds",
        "AuthorizerUri",
        "IdentitySource",
        "IdentityValidationExpression",
        "ProviderARNs",
        "RestApiId",
        "Type",
      ],
      withoutLocalEffect: ["AuthType", "AuthorizerCredentials", "Name"],
    },
  ],
  [
    "AWS::ApiGateway::GatewayResponse",
    {
      served: ["ResponseParameters", "ResponseTemplates", "ResponseType", "RestApiId"],
      withoutLocalEffect: [],
    },
  ],
];
