import { RemovalPolicy } from "aws-cdk-lib";
import { LogGroup, type RetentionDays } from "aws-cdk-lib/aws-logs";
import type { Construct } from "constructs";
import type { Settings } from "./settings.ts";

export function makeLogGroup(scope: Construct, id: string, settings: Settings): LogGroup {
  return new LogGroup(scope, id, {
    // The enumeration's values are the numbers of days.
    retention: settings.logRetentionDays as RetentionDays,
    removalPolicy: settings.retainData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
  });
}
