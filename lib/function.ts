import { Duration } from "aws-cdk-lib";
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import {
  ApplicationLogLevel,
  Architecture,
  Code,
  Function as LambdaFunction,
  LoggingFormat,
  RecursiveLoop,
  Runtime,
  SystemLogLevel,
} from "aws-cdk-lib/aws-lambda";
import type { Construct } from "constructs";
import type { FunctionEnvironment, FunctionName } from "../lambdas/runtime/env-spec.ts";
import type { Bundles } from "./bundling/bundle-functions.ts";
import { makeLogGroup } from "./log-group.ts";
import type { Settings } from "./settings.ts";

export interface FunctionProps<F extends FunctionName> {
  readonly name: F;
  readonly description: string;
  readonly bundles: Bundles;
  readonly settings: Settings;
  readonly timeoutSeconds: number;
  readonly environment: FunctionEnvironment<F>;
  /** Whether it may call itself through its queue without end; otherwise Lambda stops it after about 16 hops. */
  readonly sendsToItself?: boolean;
  /** All that the function may do besides writing its own log. */
  readonly grants: readonly PolicyStatement[];
}

/** One of the product's functions, with a role and a log group of its own. */
export function makeFunction<F extends FunctionName>(
  scope: Construct,
  id: string,
  props: FunctionProps<F>,
): LambdaFunction {
  const logGroup = makeLogGroup(scope, `${id}Logs`, props.settings);
  const role = new Role(scope, `${id}Role`, {
    description: props.description,
    assumedBy: new ServicePrincipal("lambda.amazonaws.com"),
    // Part of the role itself, so that nothing can call the function, and no event source poll, without it.
    inlinePolicies: {
      access: new PolicyDocument({
        statements: [
          new PolicyStatement({
            actions: ["logs:CreateLogStream", "logs:PutLogEvents"],
            resources: [logGroup.logGroupArn],
          }),
          ...props.grants,
        ],
      }),
    },
  });
  return new LambdaFunction(scope, id, {
    description: props.description,
    runtime: Runtime.NODEJS_24_X,
    architecture: Architecture.ARM_64,
    code: Code.fromAsset(props.bundles[props.name]),
    handler: "index.handler",
    environment: props.environment,
    memorySize: props.settings.memoryMb,
    timeout: Duration.seconds(props.timeoutSeconds),
    recursiveLoop: props.sendsToItself === true ? RecursiveLoop.ALLOW : RecursiveLoop.TERMINATE,
    // Immutable: whatever the function needs is in its grants.
    role: role.withoutPolicyUpdates(),
    logGroup,
    loggingFormat: LoggingFormat.JSON,
    // The functions choose by LOG_LEVEL themselves, so nothing is held back here.
    applicationLogLevelV2: ApplicationLogLevel.TRACE,
    // Start, end and report lines of every invocation would cost as much as the invocation.
    systemLogLevelV2: SystemLogLevel.WARN,
  });
}
