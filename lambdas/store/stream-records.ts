import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { unmarshall } from "@aws-sdk/util-dynamodb";
import type { Transition } from "../chat/operations/worker-tasks.ts";
import type { PresenceState } from "../chat/model/records.ts";
import { parseMessageKey } from "./keys.ts";
import type { Key } from "./keys.ts";

/** One record of the table's stream, as far as it is read here. */
export interface StreamImages {
  readonly NewImage?: unknown;
  readonly OldImage?: unknown;
}

/** What a stream record means to the rules; null where it means nothing. */
export type StreamChange =
  | { readonly type: "stored"; readonly conversationId: string; readonly seq: number }
  | { readonly type: "transition"; readonly transition: Transition };

type Image = Readonly<Record<string, AttributeValue>>;

interface UserImage {
  readonly id: string;
  readonly state: PresenceState;
  readonly version: number;
  readonly lastSeenAt?: number;
  readonly changedAt?: number;
}

export function readStreamRecord({ NewImage, OldImage }: StreamImages): StreamChange | null {
  if (!NewImage) return null;
  const after = scalars(NewImage as Image);
  const place = parseMessageKey(after as unknown as Key);
  if (place) return OldImage ? null : { type: "stored", ...place };
  if (after["sk"] !== "P" || !OldImage) return null;
  const before = scalars(OldImage as Image) as unknown as UserImage;
  const { id, state, version, lastSeenAt, changedAt } = after as unknown as UserImage;
  if (before.state === state) return null;
  return {
    type: "transition",
    transition: {
      userId: id,
      from: before.state,
      to: state,
      version,
      lastSeenAt: lastSeenAt ?? null,
      at: changedAt ?? 0,
    },
  };
}

/** Texts and numbers of an image. An empty map, which is none of these, comes without a type from DynamoDB Local. */
const scalars = (image: Image): Record<string, unknown> =>
  unmarshall(
    Object.fromEntries(Object.entries(image).filter(([, { S, N }]) => S !== undefined || N !== undefined)),
  );
