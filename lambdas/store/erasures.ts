import { DeleteCommand, PutCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import type { ErasureStore } from "../chat/duty-ports.ts";
import { NOTHING_ERASED, PHASES } from "../chat/model/erasure.ts";
import type { Erasure } from "../chat/model/erasure.ts";
import { finite, integer, nonEmpty, nullable, object, oneOf, optional, text } from "../protocol/fields.ts";
import { Expression } from "./expression.ts";
import { readItem } from "./items.ts";
import { erasureIdOf, erasureKey } from "./keys.ts";
import { conditionally, getItem } from "./table.ts";
import type { Table } from "./table.ts";

const count = integer(0, Number.MAX_SAFE_INTEGER);

/** Made where it is needed: the bundler keeps what spreads a list, in functions too that never erase. */
const erasureItem = () =>
  object({
    messages: oneOf("keep", "delete"),
    startedAt: finite,
    movedAt: finite,
    endedAt: optional(finite, null),
    counts: object({ conversations: count, messages: count, items: count }),
    userId: optional(nonEmpty, null),
    salt: optional(nonEmpty, null),
    place: optional(
      object({
        conversationId: nonEmpty,
        peer: nullable(nonEmpty),
        phase: oneOf(...PHASES),
        after: text,
        seq: count,
      }),
      null,
    ),
  });

/** `E#<hash of the user's id>` / `JOB`: that a user was erased, or is being, and how far it is. */
export function createErasureStore(table: Table): ErasureStore {
  const get = async (id: string): Promise<Erasure | null> => {
    const item = await getItem(table, erasureKey(id), "strong");
    return item && toErasure(id, item);
  };
  /** A change by whoever holds the lease. */
  const change = async (id: string, holder: string, e: Expression, UpdateExpression: string) => {
    const written = await conditionally(
      table.client.send(
        new UpdateCommand({
          TableName: table.name,
          Key: erasureKey(id),
          UpdateExpression,
          ConditionExpression: `${e.path("holder")} = ${e.value(holder)}`,
          ...e.attributes(),
        }),
      ),
    );
    return written.ok;
  };

  return {
    get,
    getOf: (userId) => get(erasureIdOf(userId)),

    async begin(userId, { messages, salt, at }) {
      const id = erasureIdOf(userId);
      const e = new Expression();
      const item = { messages, userId, salt, counts: NOTHING_ERASED, startedAt: at, movedAt: at };
      const written = await conditionally(
        table.client.send(
          new PutCommand({
            TableName: table.name,
            Item: { ...erasureKey(id), ...item },
            ConditionExpression: `attribute_not_exists(${e.path("pk")}) OR attribute_exists(${e.path("endedAt")})`,
            ...e.attributes(),
            ReturnValuesOnConditionCheckFailure: "ALL_OLD",
          }),
        ),
      );
      if (written.ok) return toErasure(id, item);
      if (!written.item) throw new Error("An erasure that runs came back without its item.");
      return toErasure(id, written.item);
    },

    async take(id, { holder, now, until }) {
      const e = new Expression();
      const [held, lease] = [e.path("holder"), e.path("leaseUntil")];
      const written = await conditionally(
        table.client.send(
          new UpdateCommand({
            TableName: table.name,
            Key: erasureKey(id),
            UpdateExpression: `SET ${held} = ${e.value(holder)}, ${lease} = ${e.value(until)}`,
            ConditionExpression:
              `attribute_exists(${e.path("userId")}) AND ` +
              `(attribute_not_exists(${held}) OR ${lease} <= ${e.value(now)})`,
            ...e.attributes(),
            ReturnValues: "ALL_NEW",
          }),
        ),
      );
      return written.ok ? toErasure(id, written.result.Attributes) : null;
    },

    save(id, holder, { place, counts, at, until }) {
      const e = new Expression();
      const lease = e.path("leaseUntil");
      const set = [
        `${e.path("counts")} = ${e.value(counts)}`,
        `${e.path("movedAt")} = ${e.value(at)}`,
        ...(place ? [`${e.path("place")} = ${e.value(place)}`] : []),
        ...(until === null ? [] : [`${lease} = ${e.value(until)}`]),
      ];
      const remove = [
        ...(place ? [] : [e.path("place")]),
        ...(until === null ? [e.path("holder"), lease] : []),
      ];
      const removing = remove.length > 0 ? ` REMOVE ${remove.join(", ")}` : "";
      return change(id, holder, e, `SET ${set.join(", ")}${removing}`);
    },

    finish(id, holder, counts, at) {
      const e = new Expression();
      const gone = ["userId", "salt", "place", "holder", "leaseUntil"].map((name) => e.path(name));
      const set = [
        `${e.path("counts")} = ${e.value(counts)}`,
        `${e.path("movedAt")} = ${e.value(at)}`,
        `${e.path("endedAt")} = ${e.value(at)}`,
      ];
      return change(id, holder, e, `SET ${set.join(", ")} REMOVE ${gone.join(", ")}`);
    },

    async forget(userId) {
      await table.client.send(
        new DeleteCommand({ TableName: table.name, Key: erasureKey(erasureIdOf(userId)) }),
      );
    },
  };
}

function toErasure(id: string, item: unknown): Erasure {
  const { userId, salt, place, ...erasure } = readItem(erasureItem(), item);
  return { id, ...erasure, run: userId === null || salt === null ? null : { userId, salt, place } };
}
