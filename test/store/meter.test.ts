import { PutItemCommand } from "@aws-sdk/client-dynamodb";
import { BatchGetCommand, GetCommand, PutCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { beforeEach, expect, it } from "vitest";
import { describeOnEngine } from "../support/engine.ts";
import { itemSize } from "../support/item-size.ts";
import { freshUserId } from "../support/made-records.ts";

/** The meter's figures stand in the documentation: they are compared with what the service documents. */
describeOnEngine("the meter", (table) => {
  beforeEach(() => table().meter.reset());
  const fresh = () => ({ pk: freshUserId(), sk: "x" });
  const put = (item: Record<string, unknown>, condition?: string) =>
    table().client.send(
      new PutCommand({
        TableName: table().name,
        Item: item,
        ...(condition ? { ConditionExpression: condition } : {}),
      }),
    );

  it("charges a write by its kilobytes, as the item's size says", async () => {
    for (const length of [10, 900, 1_100, 5_000]) {
      const item = { pk: { S: freshUserId() }, sk: { S: "x" }, text: { S: "é".repeat(length / 2) } };
      const { ConsumedCapacity } = await table().raw.send(
        new PutItemCommand({ TableName: table().name, Item: item, ReturnConsumedCapacity: "TOTAL" }),
      );
      expect(ConsumedCapacity?.CapacityUnits).toBe(Math.ceil(itemSize(item) / 1_024));
    }
  });

  it("charges reads by half, strong ones in full, whether or not the item exists", async () => {
    const key = fresh();
    await put(key);
    table().meter.reset();
    const get = (ConsistentRead: boolean, Key: typeof key) =>
      table().client.send(new GetCommand({ TableName: table().name, Key, ConsistentRead }));
    await get(false, key);
    await get(true, key);
    await get(false, fresh());
    expect(table().meter.calls.map(({ readUnits }) => readUnits)).toEqual([0.5, 1, 0.5]);
  });

  it("charges a batch for each of its items", async () => {
    const [a, b] = [fresh(), fresh()];
    await Promise.all([put(a), put(b)]);
    table().meter.reset();
    for (const ConsistentRead of [false, true]) {
      const RequestItems = { [table().name]: { Keys: [a, b], ConsistentRead } };
      await table().client.send(new BatchGetCommand({ RequestItems }));
    }
    expect(table().meter.calls.map(({ readUnits, strong }) => [readUnits, strong])).toEqual([
      [1, false],
      [2, true],
    ]);
  });

  it("charges an index for an item that comes, moves, stays or goes", async () => {
    const key = fresh();
    const update = (UpdateExpression: string, values?: Record<string, unknown>) =>
      table().client.send(
        new UpdateCommand({
          TableName: table().name,
          Key: key,
          UpdateExpression,
          ...(values ? { ExpressionAttributeValues: values } : {}),
        }),
      );
    await put({ ...key, activity: 1 });
    await update("SET activity = :v", { ":v": 2 });
    await update("SET activity = :v", { ":v": 2 });
    await update("SET note = :v", { ":v": 2 });
    await update("REMOVE activity");
    expect(table().meter.calls.map(({ writeUnits }) => writeUnits)).toEqual([2, 3, 1, 1, 2]);
    expect(table().meter.indexUnits).toEqual({ "by-activity": 4 });
  });

  it("charges a failed condition, of which the engine says nothing, by the larger item", async () => {
    const key = fresh();
    await put(key);
    table().meter.reset();
    await expect(put(key, "attribute_not_exists(pk)")).rejects.toThrow();
    const large = { ...key, text: "x".repeat(3_000) };
    await expect(put(large, "attribute_not_exists(pk)")).rejects.toThrow();
    const calls = table().meter.calls.map(({ writeUnits, failedCondition }) => [writeUnits, failedCondition]);
    expect(calls).toEqual([
      [1, true],
      [3, true],
    ]);
  });

  it("counts calls in a row as trips, calls at once as one", async () => {
    const moment = table().meter.tick();
    await Promise.all([put(fresh()), put(fresh())]);
    const between = table().meter.tick();
    await put(fresh());
    expect(table().meter.serialTrips(moment)).toBe(0);
    expect(table().meter.serialTrips(between)).toBe(1);
    expect(table().meter.serialTrips()).toBe(2);
    expect(table().meter.counts).toEqual({ PutItem: 3 });
  });
});
