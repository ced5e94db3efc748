import type { SettingsRequest } from "../../protocol/http-requests.ts";
import type { OwnSettings } from "./records.ts";

/**
 * What a user keeps to themselves about a conversation. An inbox row bears the turn of the archive it is as of,
 * so that a row of an earlier one never overwrites it: each turn has one side of the archive and one `mutedUntil`
 * while it is in there, hence whoever plans a move at the same turn plans the same side.
 */

/** How often the conversation has gone into the archive or come out of it. */
export const archiveTurnOf = ({ archiveTurn }: OwnSettings): number => archiveTurn ?? 0;

/** Whether a row, or a conversation, of this turn lies in the archive. */
export const isArchiveTurn = (turn: number): boolean => turn % 2 === 1;

export const isArchived = (own: OwnSettings): boolean => isArchiveTurn(archiveTurnOf(own));

export const isMuted = ({ mutedUntil }: OwnSettings, at: number): boolean => (mutedUntil ?? 0) > at;

/** Somebody else has written: out of the archive, unless it is muted. */
export const heard = <O extends OwnSettings>(own: O, at: number): O =>
  isArchived(own) && !isMuted(own, at) ? { ...own, archiveTurn: archiveTurnOf(own) + 1 } : own;

/** What is to be set so that all is as wanted; null where it is already. */
export function planSettings(own: OwnSettings, wanted: SettingsRequest): OwnSettings | null {
  const pinned = wanted.pinned !== undefined && wanted.pinned !== (own.pinned ?? false);
  const archived = wanted.archived !== undefined && wanted.archived !== isArchived(own);
  const until = wanted.mutedUntil === null ? 0 : wanted.mutedUntil;
  const muted = until !== undefined && until !== (own.mutedUntil ?? 0);
  if (!pinned && !archived && !muted) return null;
  // Muting changes what the next message does to an archived one, so it is another turn on the same side.
  const turns = archived ? 1 : muted && isArchived(own) ? 2 : 0;
  return {
    ...(pinned ? { pinned: wanted.pinned } : {}),
    ...(turns > 0 ? { archiveTurn: archiveTurnOf(own) + turns } : {}),
    ...(muted ? { mutedUntil: until } : {}),
  };
}
