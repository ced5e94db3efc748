import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { answerJson, readBody } from "./request-body.ts";
import { isFromThisMachine } from "./same-machine.ts";

export type Input = Readonly<Record<string, unknown>>;

export type ActionOutcome =
  | { readonly type: "ok"; readonly output: Input }
  /** `name` is what the SDK makes its error's name of. */
  | { readonly type: "refused"; readonly name: string; readonly message: string };

/** Why a call may not be made, in a sentence; null where it may. */
export type JsonRights = (req: IncomingMessage, operation: string, input: Input) => string | null;

/** By the operation's name, as it stands behind the dot of `X-Amz-Target`. */
export type Actions = Readonly<Record<string, (input: Input) => ActionOutcome>>;

/** A full batch of a service's, each of its bytes escaped. */
const REQUEST_BYTES = 8 * 1024 * 1024;

/** Answers one request of a service that speaks AWS JSON 1.1, whatever its path. */
export async function answerJsonService(
  actions: Actions,
  req: IncomingMessage,
  res: ServerResponse,
  refusalOf: JsonRights = () => null,
): Promise<void> {
  const respond = (status: number, body: Input): void =>
    answerJson(res, status, body, {
      "content-type": "application/x-amz-json-1.1",
      "x-amzn-requestid": randomUUID(),
    });
  const refuse = (name: string, message: string): void => respond(400, { __type: name, message });
  if (!isFromThisMachine(req)) {
    answerJson(res, 403, { message: "Local services answer pages and clients of this machine only." });
    return;
  }
  const body = await readBody(req, REQUEST_BYTES);
  if (body.type === "aborted") return;
  if (body.type === "too-large") return refuse("RequestEntityTooLargeException", "The request is too large.");
  const input = parsed(body.body);
  if (input === null) return refuse("SerializationException", "The request is not a JSON object.");
  const operation = String(req.headers["x-amz-target"]).replace(/^.*\./, "");
  const action = Object.hasOwn(actions, operation) ? actions[operation] : undefined;
  if (action === undefined) return refuse("UnsupportedOperation", `${operation} is not served locally.`);
  const sentence = refusalOf(req, operation, input);
  if (sentence !== null) return refuse("AccessDeniedException", sentence);
  const outcome = action(input);
  if (outcome.type === "ok") respond(200, outcome.output);
  else refuse(outcome.name, outcome.message);
}

function parsed(body: Buffer): Input | null {
  try {
    const value: unknown = JSON.parse(body.toString("utf8"));
    return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Input) : null;
  } catch {
    return null;
  }
}
