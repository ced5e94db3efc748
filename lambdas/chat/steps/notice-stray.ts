import type { Caller, Chat } from "../chat.ts";
import type { UserRecord } from "../model/records.ts";
import type { Consistency } from "../ports.ts";

/**
 * Looks, in a record that was read anyway, whether the caller's connection stands on it. One that does not was
 * evicted or taken for dead, and its socket is open all the same: it is remembered as a stray, and the route
 * ends it. A record that may lag is no proof against a connection: it is read again, strongly.
 */
export async function noticeStray(
  chat: Chat,
  { userId, connectionId }: Caller,
  record: UserRecord | undefined,
  consistency: Consistency,
): Promise<void> {
  if (connectionId === null || isOn(record, connectionId)) return;
  const current = consistency === "strong" ? record : await chat.users.get(userId, "strong");
  if (!isOn(current, connectionId)) chat.memory.strays.set(connectionId, true);
}

const isOn = (record: UserRecord | null | undefined, connectionId: string): boolean =>
  record?.connections.some(({ id }) => id === connectionId) ?? false;
