import type { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";

/** The client of a function that dies at its nth call, after it or before it: from then on nothing is answered. */
export function dyingClient(
  client: DynamoDBDocumentClient,
  nth: number,
  when: "before" | "after",
): DynamoDBDocumentClient {
  let calls = 0;
  const send = async (command: Parameters<DynamoDBDocumentClient["send"]>[0]): Promise<unknown> => {
    calls += 1;
    if (calls < nth) return client.send(command);
    if (calls === nth && when === "after") await client.send(command);
    throw new Error("The function has died.");
  };
  return { send } as unknown as DynamoDBDocumentClient;
}
