import { CfnAccount, AccessLogFormat } from "aws-cdk-lib/aws-apigateway";
import { type IAccessLogSettings, LogGroupLogDestination } from "aws-cdk-lib/aws-apigatewayv2";
import { ManagedPolicy, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { Fn, RemovalPolicy, Stack } from "aws-cdk-lib";
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
  if (settings.accessLogs === "off") return undefined;
  return accessLog(scope, "http", settings, {
    ...COMMON,
    authorizerError: "$context.authorizer.error",
    responseLength: "$context.responseLength",
  });
}

export function webSocketAccessLog(scope: Construct, settings: Settings): IAccessLogSettings | undefined {
  if (settings.accessLogs === "off" || settings.accessLogs === "http") return undefined;
  return accessLog(scope, "websocket", settings, {
    ...COMMON,
    eventType: "$context.eventType",
    connectionId: "$context.connectionId",
  });
}

/**
 * Under `/aws/vendedlogs/`, which the account's resource policy for delivered logs covers as a whole: a name of
 * any other kind adds itself to that policy, which is full at 5,120 characters. The stack's own id ends the name,
 * so that a stack made anew does not meet the group that its predecessor left behind.
 */
function accessLog(
  scope: Construct,
  api: string,
  settings: Settings,
  fields: Readonly<Record<string, string>>,
): IAccessLogSettings {
  const stackId = Fn.select(2, Fn.split("/", Stack.of(scope).stackId));
  const logGroupName = `/aws/vendedlogs/parley-${settings.stage}/${api}-${stackId}`;
  return {
    destination: new LogGroupLogDestination(makeLogGroup(scope, "AccessLogs", settings, logGroupName)),
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
