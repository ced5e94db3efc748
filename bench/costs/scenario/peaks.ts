import type { Usage } from "./month.ts";
import { DAYS, type Scenario } from "./scenario.ts";

/** A rate of the busiest hour beside what an account or a deployment has by default. */
export interface Peak {
  readonly name: string;
  readonly value: number;
  readonly quota: number;
  readonly unit: string;
}

/** Defaults of an account in us-east-1 (Service Quotas), a new on-demand table's writes, and the stage `prod`'s throttle. */
const QUOTAS = {
  gatewayRequests: 10_000,
  newConnections: 500,
  functions: 1_000,
  writeUnits: 4_000,
  throttle: 2_000,
};

export function peaksOf(scenario: Scenario, usage: Usage): readonly Peak[] {
  const perSecond = (aMonth: number): number => ((aMonth / DAYS) * scenario.busiestHour) / 3_600;
  const { doings } = usage;
  const { ofMessages, ofMarks, ofTyping, ofPresence } = doings.pushes;
  const pushes = ofMessages + ofMarks + ofTyping + ofPresence;
  // A frame that comes in, a call of the management API and an HTTP request count as one each; an answer does not.
  const frames = doings.messages + doings.marks + doings.typing + 2 * doings.openings + doings.pings;
  const asked = frames + doings.connections + usage.httpRequests;
  return [
    {
      name: "requests to API Gateway",
      value: perSecond(asked + pushes),
      quota: QUOTAS.gatewayRequests,
      unit: "a second",
    },
    {
      name: "frames, at the stage's throttle",
      value: perSecond(frames + doings.connections),
      quota: QUOTAS.throttle,
      unit: "a second",
    },
    {
      name: "new connections",
      value: perSecond(doings.connections),
      quota: QUOTAS.newConnections,
      unit: "a second",
    },
    {
      name: "functions at once",
      value: (perSecond(usage.invocations) * scenario.functionMs) / 1_000,
      quota: QUOTAS.functions,
      unit: "",
    },
    { name: "write units", value: perSecond(usage.WRU), quota: QUOTAS.writeUnits, unit: "a second" },
  ];
}

/** Connections open when most are online. */
export const connectionsAtPeak = ({ users, onlineAtPeak, devices }: Scenario): number =>
  users * onlineAtPeak * devices;

/** How long it takes until all are back that were online at the peak, as fast as the account lets them in. */
export const secondsToReturn = (scenario: Scenario): number =>
  connectionsAtPeak(scenario) / QUOTAS.newConnections;
