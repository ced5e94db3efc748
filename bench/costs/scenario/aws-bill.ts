import { AWS_PRICES, USER_PRICES } from "./aws-prices.ts";
import { usageOf, type Usage } from "./month.ts";
import { DAYS, type Scenario } from "./scenario.ts";
import { priceOf } from "./tiers.ts";

export const SERVICES = [
  "API Gateway",
  "Lambda",
  "DynamoDB",
  "SQS",
  "CloudWatch",
  "Data transfer",
  "Cognito",
  "CloudFront",
] as const;
export type Service = (typeof SERVICES)[number];

export interface BillLine {
  readonly service: Service;
  readonly item: string;
  readonly quantity: number;
  readonly dollars: number;
}

export interface Bill {
  readonly lines: readonly BillLine[];
  readonly dollars: number;
  readonly usage: Usage;
}

const GIGABYTE = 1e9;

/** What the alarms of a deployment with a user pool look at; each metric of an expression is one. */
export const ALARM_METRICS = 41;
/** The product's own, each for the whole month: at most so many, since what is not counted costs nothing. */
export const OWN_METRICS = 24;

/** The page's first load on a device in a month, with its script and styles; later ones are the browser's own copies. */
const PAGE_BYTES = 180_000;
const PAGE_REQUESTS = 8;

/** A month's bill by service. What no line has costs nothing: keys of KMS (there are none), Lambda's reads of the stream, the clock's rule. */
export function billOf(scenario: Scenario): Bill {
  const usage = usageOf(scenario);
  const isUsed = usage.doings.messages + usage.doings.sessions > 0;
  const loads = scenario.page ? scenario.users * scenario.devices : 0;
  const line = (
    service: Service,
    item: string,
    price: keyof typeof AWS_PRICES,
    quantity: number,
  ): BillLine => {
    const { tiers, free = 0 } = AWS_PRICES[price] as { tiers: Parameters<typeof priceOf>[1]; free?: number };
    const charged = scenario.freeTier ? Math.max(0, quantity - free) : quantity;
    return { service, item, quantity, dollars: priceOf(charged, tiers) };
  };
  const seconds = (usage.invocations * scenario.functionMs) / 1_000;
  const logged = (usage.loggedBytes + usage.accessLogBytes) / GIGABYTE;
  const lines: BillLine[] = [
    line("API Gateway", "WebSocket messages", "gatewayMessage", usage.gatewayMessages),
    line("API Gateway", "connection minutes", "connectionMinute", usage.connectionMinutes),
    line("API Gateway", "HTTP requests", "httpRequest", usage.httpRequests),
    line("Lambda", "invocations", "invocation", usage.invocations),
    line("Lambda", "GB-seconds", "gigabyteSecond", (seconds * scenario.memoryMb) / 1_024),
    line("DynamoDB", "write units", "writeUnit", usage.WRU),
    line("DynamoDB", "read units", "readUnit", usage.RRU),
    line("DynamoDB", "GB stored", "tableGigabyte", usage.storedBytes / GIGABYTE),
    line("DynamoDB", "GB recoverable to a point in time", "recoveryGigabyte", usage.storedBytes / GIGABYTE),
    line("SQS", "requests", "queueRequest", usage.queueRequests),
    line("CloudWatch", "GB logged", "logGigabyte", logged),
    line("CloudWatch", "GB of logs kept", "keptLogGigabyte", (logged * scenario.logDays) / DAYS),
    line("CloudWatch", "metrics of our own", "metric", isUsed ? OWN_METRICS : 0),
    line("CloudWatch", "metrics under alarms", "alarmMetric", ALARM_METRICS),
    line("Data transfer", "GB to clients", "sentGigabyte", usage.sentBytes / GIGABYTE),
    {
      service: "Cognito",
      item: `users (${scenario.identity})`,
      quantity: scenario.identity === "own" ? 0 : scenario.users,
      dollars: priceOf(scenario.users, USER_PRICES[scenario.identity]),
    },
    line("CloudFront", "GB of the page", "pageGigabyte", (loads * PAGE_BYTES) / GIGABYTE),
    line("CloudFront", "requests for the page", "pageRequest", loads * PAGE_REQUESTS),
  ];
  return { lines, dollars: lines.reduce((sum, { dollars }) => sum + dollars, 0), usage };
}

export const dollarsOf = ({ lines }: Bill, service: Service): number =>
  lines.reduce((sum, line) => sum + (line.service === service ? line.dollars : 0), 0);
