import { CfnAccount, AccessLogFormat } from "aws-cdk-lib/aws-apigateway";
import { type IAccessLogSettings, LogGroupLogDestination } from "aws-cdk-lib/aws-apigatewayv2";
import { ManagedPolicy, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { RemovalPolicy } from "aws-cdk-lib";
import type { Construct } from "constructs";
import { makeLogGroup } from "./log-group.ts";
import type { Settings } from "./settings.ts";

// Route keys rather than paths and queries, and nothing of headers: no token and no id of a
// conversation or user gets into these logs.
const COMMON = {
  requestId: "$context.requestId",
  time: "$context.requestTime",
  routeKey: "$context.routeKey",
  status: "$context.status",
  integrationError: "$context.integrationErrorMessage",
  integrationLatency: "$context.integrationLatency",
};

export function httpAccessLog(scope: Construct, settings: Settings): IAccessLogSettings | undefined {
  return accessLog(scope, settings, {
    ...COMMON,
    authorizerError: "$context.authorizer.error",
    responseLength: "$context.responseLength",
  });
}

export function webSocketAccessLog(scope: Construct, settings: Settings): IAccessLogSettings | undefined {
  return accessLog(scope, settings, {
    ...COMMON,
    eventType: "$context.eventType",
    connectionId: "$context.connectionId",
  });
}

function accessLog(
  scope: Construct,
  settings: Settings,
  fields: Readonly<Record<string, string>>,
): IAccessLogSettings | undefined {
  if (settings.accessLogs === "off") return undefined;
  return {
    destination: new LogGroupLogDestination(makeLogGroup(scope, "AccessLogs", settings)),
    format: AccessLogFormat.custom(JSON.stringify(fields)),
  };
}

/**
 * The role by which API Gateway writes WebSocket access logs, without which a stage that logs does not
 * deploy. It belongs to the account and region, so it stays when this deployment goes: others may log by it.
 */
export function makeAccountLogRole(scope: Construct): CfnAccount {
  const role = new Role(scope, "GatewayLogRole", {
    assumedBy: new ServicePrincipal("apigateway.amazonaws.com"),
    managedPolicies: [
      ManagedPolicy.fromAwsManagedPolicyName("service-role/AmazonAPIGatewayPushToCloudWatchLogs"),
    ],
  });
  role.applyRemovalPolicy(RemovalPolicy.RETAIN);
  const account = new CfnAccount(scope, "GatewayAccount", { cloudWatchRoleArn: role.roleArn });
  account.applyRemovalPolicy(RemovalPolicy.RETAIN);
  return account;
}
