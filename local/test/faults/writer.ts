import { DynamoDBClient, GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";

/** The function of these tests: puts items one after the other, and tells what became of each and what time it is. */
export interface WriterEvent {
  readonly puts?: readonly string[];
  readonly gets?: readonly string[];
  /** The SDK's attempts; default 1. */
  readonly attempts?: number;
}

export interface WriterAnswer {
  readonly statusCode: number;
  /** `ok` or the error's name, in the order of the calls. */
  readonly outcomes: readonly string[];
  readonly times: {
    readonly now: number;
    readonly kept: number;
    readonly made: number;
    readonly text: string;
  };
  readonly remainingMs: number;
}

const keptNow = Date.now;
const clients = new Map<number, DynamoDBClient>();
const TableName = process.env["TABLE_NAME"];

export const handler = async (
  { puts = [], gets = [], attempts = 1 }: WriterEvent,
  context: { getRemainingTimeInMillis(): number },
): Promise<WriterAnswer> => {
  const client = clients.get(attempts) ?? new DynamoDBClient({ maxAttempts: attempts });
  clients.set(attempts, client);
  const outcomes: string[] = [];
  const note = (call: Promise<unknown>): Promise<unknown> =>
    call.then(
      () => outcomes.push("ok"),
      (error: Error) => outcomes.push(error.name),
    );
  for (const pk of puts) await note(client.send(new PutItemCommand({ TableName, Item: { pk: { S: pk } } })));
  for (const pk of gets) await note(client.send(new GetItemCommand({ TableName, Key: { pk: { S: pk } } })));
  const times = { now: Date.now(), kept: keptNow(), made: new Date().getTime(), text: Date() };
  return { statusCode: 200, outcomes, times, remainingMs: context.getRemainingTimeInMillis() };
};
