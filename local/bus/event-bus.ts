import { randomUUID } from "node:crypto";
import type { AppModel } from "../assembly/model.ts";
import type { Deliver } from "../events/destinations.ts";
import { passesFilters } from "../events/filter-pattern.ts";
import { targetInput } from "./input-transform.ts";

export type BusModel = Pick<AppModel, "region" | "accountId" | "eventBuses" | "eventRules">;

/** What a function puts on a bus, as the SDK sends it. */
export interface BusEntry {
  readonly source: string;
  readonly detailType: string;
  /** The text of a JSON object. */
  readonly detail: string;
  readonly resources: readonly string[];
  readonly busName: string;
  /** Milliseconds since 1970. */
  readonly time: number;
}

export type PutOutcome =
  | { readonly type: "accepted"; readonly eventId: string }
  | { readonly type: "refused"; readonly code: string; readonly message: string };

/** Takes events and brings each to the targets of every rule whose pattern it matches. */
export interface EventBus {
  put(entry: BusEntry): PutOutcome;
}

export function createEventBus(options: {
  readonly model: () => BusModel;
  readonly deliver: Deliver;
  /** Keeps a delivery until it is through. */
  readonly track: (delivery: Promise<unknown>) => void;
}): EventBus {
  const { deliver, track } = options;
  return {
    put: (entry) => {
      const { region, accountId, eventBuses, eventRules } = options.model();
      const { busName, source } = entry;
      if (busName !== "default" && !eventBuses.includes(busName)) {
        return refused("ResourceNotFoundException", `Event bus ${busName} does not exist.`);
      }
      if (source.startsWith("aws.")) {
        return refused("NotAuthorizedForSourceException", `Not authorized for the source ${source}.`);
      }
      const detail = parsedObject(entry.detail);
      if (detail === null) return refused("MalformedDetail", "Detail is malformed.");
      const event = {
        version: "0",
        id: randomUUID(),
        "detail-type": entry.detailType,
        source,
        account: accountId,
        time: new Date(entry.time).toISOString().replace(/\.\d+Z$/, "Z"),
        region,
        resources: entry.resources,
        detail,
      };
      for (const rule of eventRules) {
        if (!rule.enabled || rule.busName !== busName || !passesFilters([rule.pattern], event)) continue;
        for (const target of rule.targets) {
          track(deliver(target.destination, targetInput(target.input, event, rule), `rule ${rule.name}`));
        }
      }
      return { type: "accepted", eventId: event.id };
    },
  };
}

const refused = (code: string, message: string): PutOutcome => ({ type: "refused", code, message });

function parsedObject(text: string): object | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? value : null;
  } catch {
    return null;
  }
}
