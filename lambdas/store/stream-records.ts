import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { unmarshall } from "@aws-sdk/util-dynamodb";
import type { Transition } from "../chat/model/presence.ts";
import { keyItem, presenceImage, readItem } from "./items.ts";
import { isUserKey, parseChangeKey, parseMessageKey } from "./keys.ts";

/** One record of the table's stream, as far as it is read here. */
export interface StreamImages {
  readonly NewImage?: unknown;
  readonly OldImage?: unknown;
}

/** What a stream record means to the rules; null where it means nothing. */
export type StreamChange =
  | { readonly type: "stored"; readonly conversationId: string; readonly seq: number }
  | { readonly type: "changed"; readonly conversationId: string; readonly rev: number }
  | { readonly type: "transition"; readonly transition: Transition };

type Image = Readonly<Record<string, AttributeValue>>;

/** What a record of the table's stream means, from its two images. */
export function readStreamRecord({ NewImage, OldImage }: StreamImages): StreamChange | null {
  if (!NewImage) return null;
  const image = scalars(NewImage as Image);
  const key = readItem(keyItem, image);
  const place = parseMessageKey(key);
  if (place) return OldImage ? null : { type: "stored", ...place };
  const changePlace = parseChangeKey(key);
  if (changePlace) return OldImage ? null : { type: "changed", ...changePlace };
  if (!isUserKey(key) || !OldImage) return null;
  const { id, state, version, lastSeenAt, changedAt } = readItem(presenceImage, image);
  const before = readItem(presenceImage, scalars(OldImage as Image));
  if (before.state === state) return null;
  return {
    type: "transition",
    transition: { userId: id, from: before.state, to: state, version, lastSeenAt, at: changedAt },
  };
}

/** Texts and numbers of an image. An empty map, which is none of these, comes without a type from DynamoDB Local. */
const scalars = (image: Image): Record<string, unknown> =>
  unmarshall(
    Object.fromEntries(Object.entries(image).filter(([, { S, N }]) => S !== undefined || N !== undefined)),
  );
