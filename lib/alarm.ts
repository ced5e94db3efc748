import { Alarm, ComparisonOperator, type IMetric, TreatMissingData } from "aws-cdk-lib/aws-cloudwatch";
import { SnsAction } from "aws-cdk-lib/aws-cloudwatch-actions";
import type { ITopic } from "aws-cdk-lib/aws-sns";
import type { Construct } from "constructs";

export interface AlarmAboveProps {
  readonly metric: IMetric;
  readonly threshold: number;
  readonly description: string;
  /** Told of it, if there is one. */
  readonly topic: ITopic | undefined;
}

/** Sounds at the first period above the threshold; no traffic is no reason to. */
export function alarmAbove(scope: Construct, id: string, props: AlarmAboveProps): void {
  const alarm = new Alarm(scope, id, {
    metric: props.metric,
    threshold: props.threshold,
    evaluationPeriods: 1,
    comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
    treatMissingData: TreatMissingData.NOT_BREACHING,
    alarmDescription: props.description,
  });
  if (props.topic !== undefined) alarm.addAlarmAction(new SnsAction(props.topic));
}
