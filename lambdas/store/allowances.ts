import { UpdateCommand } from "@aws-sdk/lib-dynamodb";
import type { AllowanceStore, Lease, LeaseRequest, RateKind } from "../chat/ports.ts";
import { Expression } from "./expression.ts";
import { allowanceItem, readItem } from "./items.ts";
import { allowanceKey } from "./keys.ts";
import { conditionally } from "./table.ts";
import type { Table } from "./table.ts";

/** Environments that ask for the same user at once: whoever loses so often is told to wait. */
const MAX_TRIES = 4;
/** For sums of thirds and the like. */
const ROUNDING_MS = 1e-3;

/** `U#<user>` / `Q`: how far ahead of the clock each of a user's rates has been given out, and what they made. */
export function createAllowanceStore(table: Table): AllowanceStore {
  return {
    async lease(userId, kind, request) {
      let { givenUntil } = request;
      for (let tries = 0; tries < MAX_TRIES; tries += 1) {
        const count = Math.min(request.most, leftOf(givenUntil, request));
        if (count < request.least) break;
        const answer = await give(table, userId, kind, request, givenUntil, count);
        if (answer.count > 0) return answer;
        givenUntil = answer.givenUntil;
      }
      return { count: 0, givenUntil };
    },

    async countConversation(userId, { perHour, hourMs, now, from }) {
      let hour = from !== null && from > now - hourMs ? from : null;
      for (let tries = 0; tries < MAX_TRIES; tries += 1) {
        const written = await (hour === null
          ? beginHour(table, userId, now, hourMs)
          : addToHour(table, userId, hour, perHour));
        if (written.ok) return { type: "counted", from: hour ?? now };
        const { made, madeFrom } = readItem(allowanceItem, written.item ?? {});
        hour = madeFrom > now - hourMs ? madeFrom : null;
        if (hour !== null && made >= perHour) return { type: "full", from: hour };
      }
      throw new Error(`The count of conversations was changed by others ${MAX_TRIES} times in a row.`);
    },

    async uncountConversation(userId, from) {
      const e = new Expression();
      const made = e.path("made");
      await updateAllowance(table, userId, e, {
        UpdateExpression: `SET ${made} = ${made} - ${e.value(1)}`,
        ConditionExpression: `${e.path("madeFrom")} = ${e.value(from)} AND ${made} > ${e.value(0)}`,
      });
    },
  };
}

const beginHour = (
  table: Table,
  userId: string,
  now: number,
  hourMs: number,
): ReturnType<typeof updateAllowance> => {
  const e = new Expression();
  const from = e.path("madeFrom");
  return updateAllowance(table, userId, e, {
    UpdateExpression: `SET ${from} = ${e.value(now)}, ${e.path("made")} = ${e.value(1)}`,
    ConditionExpression: `attribute_not_exists(${from}) OR ${from} <= ${e.value(now - hourMs)}`,
  });
};

const addToHour = (
  table: Table,
  userId: string,
  from: number,
  perHour: number,
): ReturnType<typeof updateAllowance> => {
  const e = new Expression();
  const made = e.path("made");
  return updateAllowance(table, userId, e, {
    UpdateExpression: `SET ${made} = ${made} + ${e.value(1)}`,
    ConditionExpression: `${e.path("madeFrom")} = ${e.value(from)} AND ${made} < ${e.value(perHour)}`,
  });
};

const updateAllowance = (
  table: Table,
  userId: string,
  e: Expression,
  expressions: { readonly UpdateExpression: string; readonly ConditionExpression: string },
) =>
  conditionally(
    table.client.send(
      new UpdateCommand({
        TableName: table.name,
        Key: allowanceKey(userId),
        ...expressions,
        ...e.attributes(),
        ReturnValues: "UPDATED_NEW",
        ReturnValuesOnConditionCheckFailure: "ALL_OLD",
      }),
    ),
  );

/** How many of the rate are left at `now`, if it is given out up to `givenUntil`. */
function leftOf(givenUntil: number, { now, burstMs, perSecond }: LeaseRequest): number {
  const ms = now + Math.max(burstMs, 1000 / perSecond) - Math.max(now, givenUntil);
  return Math.floor(((ms + ROUNDING_MS) * perSecond) / 1000);
}

/**
 * One write, from whichever side of the clock the rate is thought to be: DynamoDB's expressions know no
 * maximum. A wrong guess changes nothing and tells what is so.
 */
async function give(
  table: Table,
  userId: string,
  kind: RateKind,
  { now, burstMs, perSecond }: LeaseRequest,
  givenUntil: number,
  count: number,
): Promise<Lease> {
  const e = new Expression();
  const until = e.path(kind);
  const spanMs = (count / perSecond) * 1000;
  const isAhead = givenUntil > now;
  const clock = e.value(now);
  const latest = now + Math.max(burstMs, 1000 / perSecond) - spanMs + ROUNDING_MS;
  const written = await updateAllowance(table, userId, e, {
    UpdateExpression: isAhead
      ? `SET ${until} = ${until} + ${e.value(spanMs)}`
      : `SET ${until} = ${e.value(now + spanMs)}`,
    ConditionExpression: isAhead
      ? `${until} BETWEEN ${clock} AND ${e.value(latest)}`
      : `attribute_not_exists(${until}) OR ${until} <= ${clock}`,
  });
  if (written.ok) return { count, givenUntil: readItem(allowanceItem, written.result.Attributes)[kind] };
  return { count: 0, givenUntil: written.item ? readItem(allowanceItem, written.item)[kind] : 0 };
}
