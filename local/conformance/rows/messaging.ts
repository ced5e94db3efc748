import { area } from "../row.ts";
import {
  EVENTBRIDGE,
  EVENTBRIDGE_CRON,
  EVENTBRIDGE_INPUT,
  EVENTBRIDGE_PATTERNS,
  EVENTBRIDGE_PUT,
  LAMBDA_SNS,
  SCHEDULER_CONTEXT,
  SNS_FILTERS,
  SNS_PUBLISH,
  SNS_RAW,
  SNS_SQS,
  SSM_GET,
  TRAFFIC,
} from "../sources.ts";

export const TOPICS = area("Topics", [
  [
    "topic.event",
    "documented",
    LAMBDA_SNS,
    "A message arrives at a function as one record with id, subject, attributes, time and the topic's ARN.",
  ],
  ["topic.envelope", "documented", SNS_SQS, "A queue gets a message in its envelope, as JSON."],
  [
    "topic.raw",
    "documented",
    SNS_RAW,
    "With raw delivery a queue gets the message alone, its attributes as the queue's own.",
  ],
  [
    "topic.filter",
    "documented",
    SNS_FILTERS,
    "A filter policy looks at the attributes: values, prefixes, ranges, what may not be, what must exist, lists.",
  ],
  [
    "topic.filter-body",
    "documented",
    SNS_FILTERS,
    "A filter policy on the body looks into JSON, and lets nothing else pass.",
  ],
  ["topic.batch", "documented", SNS_PUBLISH, "Each entry of a batch is taken or refused by itself."],
  [
    "topic.structure",
    "documented",
    SNS_PUBLISH,
    "With the structure `json` each protocol gets its own text, any other the default, which must be there.",
  ],
  [
    "topic.refused",
    "documented",
    SNS_PUBLISH,
    "An unknown topic is `NotFound`, an empty message `InvalidParameter`.",
  ],
]);

export const BUSES = area("Event buses", [
  [
    "bus.event",
    "documented",
    EVENTBRIDGE_PUT,
    "An event arrives with version, id, source, detail type, account, time to the second, region, resources and detail.",
  ],
  [
    "bus.pattern",
    "documented",
    EVENTBRIDGE_PATTERNS,
    "A rule takes what its pattern matches of its own bus, nothing else.",
  ],
  [
    "bus.default",
    "documented",
    EVENTBRIDGE_PUT,
    "Without a name an event is for the bus `default`; a rule that is off takes nothing.",
  ],
  [
    "bus.targets",
    "documented",
    EVENTBRIDGE_PUT,
    "Every target of a rule gets the event: functions, queues, topics.",
  ],
  [
    "bus.input",
    "documented",
    EVENTBRIDGE_INPUT,
    "A target gets the whole event, a constant, the part at a path, or a template filled with such parts.",
  ],
  [
    "bus.refused",
    "documented",
    EVENTBRIDGE_PUT,
    "Each entry is refused by itself: a detail that is no JSON object, a missing field, a source of AWS's.",
  ],
]);

export const SCHEDULES = area("Schedules", [
  [
    "schedule.event",
    "documented",
    EVENTBRIDGE,
    "A rule with a rate invokes its function with a scheduled event at each multiple of the rate.",
  ],
  ["schedule.input", "documented", EVENTBRIDGE, "A target's constant input takes the event's place."],
  ["schedule.cron", "documented", EVENTBRIDGE_CRON, "A cron expression names its times in UTC."],
  [
    "scheduler.event",
    "seen",
    TRAFFIC,
    "EventBridge Scheduler's event has the source `aws.scheduler`, the schedule's ARN, and a text as its detail.",
  ],
  [
    "scheduler.context",
    "documented",
    SCHEDULER_CONTEXT,
    "Context attributes in an input of Scheduler's become time, ARN and attempt.",
  ],
]);

export const PARAMETERS = area("Parameters", [
  [
    "parameter.get",
    "documented",
    SSM_GET,
    "A parameter of the templates is read by its name; another is `ParameterNotFound`.",
  ],
  [
    "parameter.path",
    "documented",
    SSM_GET,
    "The parameters below a path are listed, those of deeper paths only if asked for.",
  ],
]);
