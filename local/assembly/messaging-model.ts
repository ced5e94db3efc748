/** Where something is delivered that nobody waits for. */
export type DestinationModel =
  | { readonly type: "function"; readonly functionId: string }
  | { readonly type: "queue"; readonly queueArn: string }
  | { readonly type: "topic"; readonly topicArn: string };

export interface TopicModel {
  readonly id: string;
  readonly name: string;
  readonly arn: string;
  readonly subscriptions: readonly SubscriptionModel[];
}

export interface SubscriptionModel {
  readonly arn: string;
  readonly destination: Exclude<DestinationModel, { type: "topic" }>;
  /** Absent: everything passes. */
  readonly filter?: unknown;
  readonly filterScope: "MessageAttributes" | "MessageBody";
  /** To queues: the message alone, without the envelope. */
  readonly raw: boolean;
}

/** A rule on events of a bus. */
export interface EventRuleModel {
  readonly id: string;
  readonly name: string;
  readonly arn: string;
  readonly busName: string;
  readonly pattern: unknown;
  readonly enabled: boolean;
  readonly targets: readonly EventTargetModel[];
}

export interface EventTargetModel {
  readonly destination: DestinationModel;
  readonly input: EventInputModel;
}

/** What a target gets of an event. */
export type EventInputModel =
  | { readonly type: "event" }
  /** The text of a JSON value. */
  | { readonly type: "constant"; readonly text: string }
  /** `$.detail`. */
  | { readonly type: "path"; readonly path: string }
  | {
      readonly type: "template";
      /** By the names that stand in the template as `<name>`. */
      readonly paths: Readonly<Record<string, string>>;
      readonly template: string;
    };

export interface ScheduleModel {
  readonly id: string;
  readonly arn: string;
  /** A rule of EventBridge, or EventBridge Scheduler's: their events differ. */
  readonly service: "rule" | "scheduler";
  readonly timing: TimingModel;
  readonly destination: DestinationModel;
  /** The text of the constant input, if any; otherwise the service's scheduled event. */
  readonly input?: string;
  readonly enabled: boolean;
}

export type TimingModel =
  { readonly type: "rate"; readonly everyMs: number } | { readonly type: "cron"; readonly cron: CronModel };

/** The times of a cron expression, in UTC. */
export interface CronModel {
  readonly minutes: readonly number[];
  readonly hours: readonly number[];
  /** Absent: on every day the weekdays allow. */
  readonly days?: readonly CronDay[];
  /** 1 to 12. */
  readonly months: readonly number[];
  /** Absent: on every day the days allow. */
  readonly weekdays?: readonly CronWeekday[];
  /** Absent: every year. */
  readonly years?: readonly number[];
}

/** The day of a month, its last, or the working day nearest to one. */
export type CronDay = number | "last" | { readonly workdayNear: number };

export interface CronWeekday {
  /** 1 is Sunday. */
  readonly weekday: number;
  /** Which one of the month; absent: each. */
  readonly which?: number | "last";
}

export interface ParameterModel {
  readonly id: string;
  readonly name: string;
  readonly arn: string;
  readonly type: "String" | "StringList";
  readonly value: string;
}
