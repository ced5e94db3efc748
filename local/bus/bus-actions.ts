import type { Actions, Input } from "../serving/json-service.ts";
import type { EventBus } from "./event-bus.ts";

/** Where functions find EventBridge, on the same port as the APIs. */
export const BUS_PATH = "/_aws/events";

const BATCH_LIMIT = 10;

/** `PutEvents`, and nothing else of EventBridge: buses and rules are the templates'. */
export const busActions = (bus: EventBus): Actions => ({
  PutEvents: ({ Entries: entries }) => {
    const given = (Array.isArray(entries) ? entries : []) as readonly Input[];
    if (given.length === 0 || given.length > BATCH_LIMIT) {
      const message = `Entries must have 1 to ${BATCH_LIMIT} members, not ${given.length}.`;
      return { type: "refused", name: "ValidationException", message };
    }
    const results = given.map((entry) => put(bus, entry));
    const FailedEntryCount = results.filter((result) => "ErrorCode" in result).length;
    return { type: "ok", output: { FailedEntryCount, Entries: results } };
  },
});

function put(bus: EventBus, entry: Input): Input {
  for (const name of ["Source", "DetailType", "Detail"]) {
    if (typeof entry[name] === "string" && entry[name] !== "") continue;
    const reason = `Parameter ${name} is not valid. Reason: ${name} is a required argument.`;
    return { ErrorCode: "InvalidArgument", ErrorMessage: reason };
  }
  const { Source, DetailType, Detail, Resources, EventBusName, Time } = entry;
  const outcome = bus.put({
    source: String(Source),
    detailType: String(DetailType),
    detail: String(Detail),
    resources: Array.isArray(Resources) ? Resources.map(String) : [],
    // By name or by ARN.
    busName: typeof EventBusName === "string" ? EventBusName.replace(/^.*\//, "") : "default",
    time: typeof Time === "number" ? Time * 1000 : Date.now(),
  });
  return outcome.type === "accepted"
    ? { EventId: outcome.eventId }
    : { ErrorCode: outcome.code, ErrorMessage: outcome.message };
}
