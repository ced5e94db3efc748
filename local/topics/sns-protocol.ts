import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { MessageAttribute, MessageAttributes } from "../events/queue.ts";
import { answerJson, readBody } from "../serving/request-body.ts";
import { isFromThisMachine } from "../serving/same-machine.ts";
import type { Publication, TopicService } from "./topic-service.ts";

/** Where functions find SNS, on the same port as the APIs. */
export const TOPIC_PATH = "/_aws/sns";

/** Bytes of one message, attributes included; a batch together has no more. */
const SIZE_LIMIT = 256 * 1024;
const BATCH_LIMIT = 10;
/** A full message, each of its bytes percent-encoded. */
const REQUEST_BYTES = 4 * SIZE_LIMIT;

/** Why messages may not be published to a topic, in a sentence; null where they may. */
export type TopicRights = (req: IncomingMessage, topicArn: string) => string | null;

interface Refusal {
  readonly status: 400 | 403 | 404;
  readonly code: string;
  readonly message: string;
}

type Outcome =
  { readonly type: "ok"; readonly xml: string } | { readonly type: "refused"; readonly refusal: Refusal };

/** Answers one request of SNS's query protocol: a form in, XML out. Topics are the templates'; one can publish. */
export async function answerSns(
  topics: TopicService,
  req: IncomingMessage,
  res: ServerResponse,
  refusalOf: TopicRights = () => null,
): Promise<void> {
  if (!isFromThisMachine(req)) {
    answerJson(res, 403, { message: "Local services answer pages and clients of this machine only." });
    return;
  }
  const body = await readBody(req, REQUEST_BYTES);
  if (body.type === "aborted") return;
  const form = new URLSearchParams(body.type === "ok" ? body.body.toString("utf8") : "");
  const action = form.get("Action") ?? "";
  const header = req.headers["x-amzn-trace-id"];
  const traced: TopicService = {
    publish: (publication) =>
      topics.publish({ ...publication, traceHeader: typeof header === "string" ? header : undefined }),
  };
  const sentence = refusalOf(req, form.get("TopicArn") ?? form.get("TargetArn") ?? "");
  const perform = (): Outcome =>
    sentence === null
      ? act(traced, action, form)
      : refused({ status: 403, code: "AuthorizationError", message: sentence });
  const outcome = body.type === "ok" ? perform() : refused(tooLong());
  if (outcome.type === "ok") {
    respond(res, 200, `<${action}Response>${outcome.xml}${metadata()}</${action}Response>`);
    return;
  }
  const { status, code, message } = outcome.refusal;
  const error = `<Error><Type>Sender</Type>${tag("Code", code)}${tag("Message", message)}</Error>`;
  respond(res, status, `<ErrorResponse>${error}${tag("RequestId", randomUUID())}</ErrorResponse>`);
}

function act(topics: TopicService, action: string, form: URLSearchParams): Outcome {
  switch (action) {
    case "Publish": {
      const result = publish(topics, form, "", form.get("TopicArn") ?? form.get("TargetArn") ?? "");
      if (typeof result !== "string") return refused(result);
      return { type: "ok", xml: `<PublishResult>${tag("MessageId", result)}</PublishResult>` };
    }
    case "PublishBatch":
      return publishBatch(topics, form);
    default:
      return refused({ status: 400, code: "InvalidAction", message: `${action} is not served locally.` });
  }
}

/** Each entry by itself: one that is refused does not hold the others back. */
function publishBatch(topics: TopicService, form: URLSearchParams): Outcome {
  const prefixes = membersOf(form, "PublishBatchRequestEntries.member.");
  if (prefixes.length === 0) {
    return refused(invalid("The batch request doesn't contain any entries.", "EmptyBatchRequest"));
  }
  if (prefixes.length > BATCH_LIMIT) {
    const message = `The batch request contains more than ${BATCH_LIMIT} entries.`;
    return refused(invalid(message, "TooManyEntriesInBatchRequest"));
  }
  const ids = prefixes.map((prefix) => form.get(`${prefix}Id`) ?? "");
  if (new Set(ids).size < ids.length) {
    return refused(invalid("Two or more batch entries have the same Id.", "BatchEntryIdsNotDistinct"));
  }
  const results = prefixes.map((prefix, at) => ({
    id: ids[at] ?? "",
    result: publish(topics, form, prefix, form.get("TopicArn") ?? ""),
  }));
  for (const { result } of results) {
    if (typeof result !== "string" && result.status === 404) return refused(result);
  }
  const done = results.map(({ id, result }) =>
    typeof result === "string" ? `<member>${tag("Id", id)}${tag("MessageId", result)}</member>` : "",
  );
  const failed = results.map(({ id, result }) =>
    typeof result === "string"
      ? ""
      : `<member>${tag("Id", id)}${tag("Code", result.code)}${tag("Message", result.message)}<SenderFault>true</SenderFault></member>`,
  );
  const lists = `<Successful>${done.join("")}</Successful><Failed>${failed.join("")}</Failed>`;
  return { type: "ok", xml: `<PublishBatchResult>${lists}</PublishBatchResult>` };
}

/** The message's id, or why there is none. */
function publish(
  topics: TopicService,
  form: URLSearchParams,
  prefix: string,
  topicArn: string,
): string | Refusal {
  const message = form.get(`${prefix}Message`) ?? "";
  if (message === "") return invalid("Invalid parameter: Empty message");
  const attributes = attributesOf(form, `${prefix}MessageAttributes.entry.`);
  if (Buffer.byteLength(message) + Buffer.byteLength(JSON.stringify(attributes)) > SIZE_LIMIT) {
    return tooLong();
  }
  const subject = form.get(`${prefix}Subject`);
  const publication: Publication = {
    topicArn,
    message,
    attributes,
    ...(subject === null ? {} : { subject }),
  };
  const structured =
    form.get(`${prefix}MessageStructure`) === "json" ? byProtocol(message) : ({} as Partial<Publication>);
  if (structured === null) {
    return invalid("Invalid parameter: Message Structure - No default entry in JSON message body");
  }
  const id = topics.publish({ ...publication, ...structured });
  return id ?? { status: 404, code: "NotFound", message: "Topic does not exist" };
}

/** A message for each protocol, and one for all others. */
function byProtocol(message: string): Pick<Publication, "message" | "byProtocol"> | null {
  try {
    const given = JSON.parse(message) as Record<string, string>;
    return typeof given["default"] === "string" ? { message: given["default"], byProtocol: given } : null;
  } catch {
    return null;
  }
}

function attributesOf(form: URLSearchParams, list: string): MessageAttributes {
  const attributes: Record<string, MessageAttribute> = {};
  for (const prefix of membersOf(form, list)) {
    const text = form.get(`${prefix}Value.StringValue`);
    const bytes = form.get(`${prefix}Value.BinaryValue`);
    attributes[form.get(`${prefix}Name`) ?? ""] = {
      DataType: form.get(`${prefix}Value.DataType`) ?? "String",
      ...(text === null ? {} : { StringValue: text }),
      ...(bytes === null ? {} : { BinaryValue: bytes }),
    };
  }
  return attributes;
}

/** `list.1.`, `list.2.` …, as far as there are any. */
function membersOf(form: URLSearchParams, list: string): string[] {
  const numbers = new Set<number>();
  for (const name of form.keys()) {
    if (name.startsWith(list)) numbers.add(Number(name.slice(list.length).split(".")[0]));
  }
  return [...numbers].sort((a, b) => a - b).map((number) => `${list}${number}.`);
}

const refused = (refusal: Refusal): Outcome => ({ type: "refused", refusal });

const invalid = (message: string, code = "InvalidParameter"): Refusal => ({ status: 400, code, message });

const tooLong = (): Refusal => invalid("Invalid parameter: Message too long");

const tag = (name: string, text: string): string =>
  `<${name}>${text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;")}</${name}>`;

const metadata = (): string => `<ResponseMetadata>${tag("RequestId", randomUUID())}</ResponseMetadata>`;

function respond(res: ServerResponse, status: number, xml: string): void {
  res.writeHead(status, { "content-type": "text/xml", "content-length": String(Buffer.byteLength(xml)) });
  res.end(xml);
}
