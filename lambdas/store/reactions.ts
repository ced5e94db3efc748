import { UpdateCommand } from "@aws-sdk/lib-dynamodb";
import type { OwnReactions } from "../chat/model/records.ts";
import type { ReactionStore } from "../chat/ports.ts";
import { Expression } from "./expression.ts";
import { reactionPut, reactionsItem, readItem } from "./items.ts";
import type { Item } from "./items.ts";
import { conversationPartition, reactionKey, reactionsOf } from "./keys.ts";
import { conditionally, getItem, queryPart } from "./table.ts";
import type { Table } from "./table.ts";

const NONE: OwnReactions = { rev: 0, emojis: new Map() };

/** `C#<conversation>` / `T#<seq>#<user>`: what one user has put to one message, by emoji. */
export function createReactionStore(table: Table): ReactionStore {
  return {
    async get(conversationId, seq, userId) {
      const item = await getItem(table, reactionKey(conversationId, seq, userId), "strong");
      return item ? toOwnReactions(item) : NONE;
    },

    async apply(conversationId, seq, userId, changes) {
      const after = new Map<string, readonly [at: number, rev: number] | null>();
      for (const { change, at, rev } of changes)
        if (change.type === "react") after.set(change.emoji, change.on ? [at, rev] : null);
      const last = changes.at(-1);
      if (!last) return;
      const e = new Expression();
      const rev = e.path("rev");
      const id = `${e.path("userId")} = ${e.value(userId)}`;
      const sets = [...after].flatMap(([emoji, put]) =>
        put === null ? [] : [`${e.path(emoji)} = ${e.value(put)}`],
      );
      const removes = [...after].flatMap(([emoji, put]) => (put === null ? [e.path(emoji)] : []));
      const to = e.value(last.rev);
      await conditionally(
        table.client.send(
          new UpdateCommand({
            TableName: table.name,
            Key: reactionKey(conversationId, seq, userId),
            UpdateExpression: [
              `SET ${[...sets, id, `${rev} = ${to}`].join(", ")}`,
              ...(removes.length === 0 ? [] : [`REMOVE ${removes.join(", ")}`]),
            ].join(" "),
            ConditionExpression: `attribute_not_exists(${rev}) OR ${rev} < ${to}`,
            ...e.attributes(),
          }),
        ),
      );
    },

    async list(conversationId, seq, afterUserId, limit) {
      const items = await queryPart(table, {
        pk: conversationPartition(conversationId),
        sk: reactionsOf(seq, afterUserId),
        consistency: "strong",
        limit,
      });
      return items.map((item) => ({
        ...toOwnReactions(item),
        userId: readItem(reactionsItem, item).userId,
      }));
    },
  };
}

/** Each emoji is an attribute of its own, [at, rev], so that one is changed without reading the others. */
function toOwnReactions(item: Item): OwnReactions {
  const { pk: _pk, sk: _sk, userId: _userId, rev: _rev, ...emojis } = item;
  return {
    rev: readItem(reactionsItem, item).rev,
    emojis: new Map(Object.entries(emojis).map(([emoji, put]) => [emoji, readItem(reactionPut, put)])),
  };
}
