import { isReceiptHandle } from "./queue.ts";

export type Fields = Readonly<Record<string, unknown>>;

/** An answer other than 200: `type` is what the SDK makes its error's name of. */
export class SqsError extends Error {
  constructor(
    readonly type: string,
    message: string,
    readonly queryCode = type,
  ) {
    super(message);
  }
}

export function receiptHandle(input: Fields): string {
  const handle = text(input, "ReceiptHandle");
  if (!isReceiptHandle(handle))
    throw new SqsError("ReceiptHandleIsInvalid", "The input receipt handle is invalid.");
  return handle;
}

export function noQueue(name: string): SqsError {
  const message = `The specified queue ${name} does not exist.`;
  return new SqsError("QueueDoesNotExist", message, "AWS.SimpleQueueService.NonExistentQueue");
}

export function invalid(message: string): SqsError {
  return new SqsError("InvalidParameterValueException", message, "InvalidParameterValue");
}

export function text(input: Fields, name: string): string {
  const value = input[name];
  if (typeof value !== "string") throw new SqsError("MissingParameter", `The request must contain ${name}.`);
  return value;
}

export function integer(input: Fields, name: string, from: number, to: number): number | undefined {
  const value = input[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "number" || !Number.isInteger(value) || value < from || value > to) {
    throw invalid(
      `Value ${JSON.stringify(value)} for parameter ${name} is invalid. Reason: Must be between ${from} and ${to}.`,
    );
  }
  return value;
}

export function sizeOf(body: unknown): number {
  return typeof body === "string" ? Buffer.byteLength(body) : 0;
}

/** Which attribute names were asked for: exactly, `All`, or by `prefix.*`. */
export function namesOf(input: Fields, ...fields: readonly string[]): (name: string) => boolean {
  const asked = fields
    .flatMap((field) => (Array.isArray(input[field]) ? (input[field] as unknown[]) : []))
    .map(String);
  return (name) =>
    asked.some(
      (one) => one === "All" || one === name || (one.endsWith(".*") && name.startsWith(one.slice(0, -1))),
    );
}

export function parseInput(body: Buffer): Fields {
  try {
    return JSON.parse(body.toString("utf8")) as Fields;
  } catch {
    throw new SqsError("SerializationException", "The request is not JSON");
  }
}
