import type { IncomingMessage } from "node:http";
import { sentenceOf } from "./sentences.ts";
import type { RefusalOf } from "./service-rights.ts";

interface Place {
  readonly region: string;
  readonly accountId: string;
}

type Input = Readonly<Record<string, unknown>>;
type SentenceOf = (req: IncomingMessage, operation: string, input: Input) => string | null;

/** Rights on calls whose resources stand in their input, as a sentence where one of them may not be used. */
export function namedResourceRights(
  refusalOf: RefusalOf,
  place: () => Place,
): {
  readonly bus: SentenceOf;
  readonly parameters: SentenceOf;
  readonly topic: (req: IncomingMessage, topicArn: string) => string | null;
} {
  const first = (req: IncomingMessage, action: string, resources: readonly string[]): string | null => {
    for (const resource of resources) {
      const refusal = refusalOf(req.headers, action, resource);
      if (refusal !== undefined) return sentenceOf(refusal);
    }
    return null;
  };
  const arn = (service: string, rest: string): string =>
    `arn:aws:${service}:${place().region}:${place().accountId}:${rest}`;
  return {
    bus: (req, operation, { Entries: entries }) => {
      const names = (Array.isArray(entries) ? (entries as readonly Input[]) : []).map(
        ({ EventBusName: name }) => (typeof name === "string" ? name.replace(/^.*\//, "") : "default"),
      );
      const buses = [...new Set(names)].map((name) => arn("events", `event-bus/${name}`));
      return first(req, `events:${operation}`, buses);
    },
    parameters: (req, operation, { Name: name, Names: names, Path: path }) => {
      const asked = [name, path, ...(Array.isArray(names) ? (names as readonly unknown[]) : [])]
        .filter((one) => typeof one === "string")
        .map((one) => one.split(":parameter/").at(-1) ?? one);
      const parameters = asked.map((one) => arn("ssm", `parameter/${one.replace(/^\/|\/$/g, "")}`));
      return first(req, `ssm:${operation}`, parameters);
    },
    // SNS writes its own name in capitals.
    topic: (req, topicArn) => first(req, "SNS:Publish", [topicArn]),
  };
}
