import { Stack } from "aws-cdk-lib";
import type { IMetric, MetricOptions } from "aws-cdk-lib/aws-cloudwatch";
import type { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import { FilterPattern, MetricFilter } from "aws-cdk-lib/aws-logs";

/**
 * What a failure looks like in a function's log: an error that the function itself has logged with its cause,
 * a timeout, a load that failed, a process that ended. Lambda reports the last three, and more, at the level
 * WARN ("System log level event mapping", AWS Lambda developer guide). An error that is only thrown is none:
 * the runtime logs it without a cause.
 */
const FAILURE_PATTERN = [
  '($.level = "ERROR" && $.cause.name = "*")',
  '$.record.status = "timeout"',
  '($.type = "platform.initReport" && $.record.status != "success")',
  '$.record.errorType = "Runtime.*"',
].join(" || ");

/** Counts the failures in the log of a function whose errors, as Lambda counts them, are not all failures. */
export function loggedFailures(fn: LambdaFunction, options: MetricOptions): IMetric {
  return new MetricFilter(fn, "LoggedFailures", {
    logGroup: fn.logGroup,
    filterPattern: FilterPattern.literal(`{ ${FAILURE_PATTERN} }`),
    metricNamespace: "Parley/Failures",
    metricName: `${Stack.of(fn).stackName}-${fn.node.id}`,
  }).metric(options);
}
