import { randomUUID } from "node:crypto";
import type { Operation } from "./operation.ts";
import type { Place } from "./place.ts";
import { CONTENT } from "./seeded-items.ts";

/*
 * Pages are of ten and fewer: the smallest size fills them, so that a page that is not full is not taken for growth.
 */

export const ask = async (
  { caller, conversationId }: Place,
  route: string,
  fields: { readonly query?: Readonly<Record<string, string>>; readonly body?: unknown } = {},
): Promise<void> => {
  const { status } = await caller.http({ route, path: { conversationId }, ...fields });
  if (status !== 200) throw new Error(`${route} was answered with ${status}.`);
};

export const act = (
  { device, conversationId }: Place,
  action: string,
  fields: object = {},
): Promise<unknown> => device.act(action, { conversationId, ...fields });

export async function send(place: Place, afterSeq?: number): Promise<void> {
  const message = { content: CONTENT, clientMessageId: randomUUID() };
  await act(place, "send_message", { ...message, ...(afterSeq === undefined ? {} : { afterSeq }) });
  place.tail += 1;
}

/** A page of the history that is not marked as read. */
export const history = (place: Place, query: Readonly<Record<string, string>>): Promise<void> =>
  ask(place, "GET /api/conversations/{conversationId}/messages", {
    query: { markRead: "false", ...query },
  });

/** What is read in conversations of two and in groups alike. */
export const readings = (place: Place): readonly Operation[] => [
  { name: "list of 10", run: () => ask(place, "GET /api/conversations", { query: { limit: "10" } }) },
  { name: "history, the newest 10", run: () => history(place, { limit: "10" }) },
  { name: "sync, nothing new", run: () => act(place, "sync", { afterSeq: place.tail }) },
];
