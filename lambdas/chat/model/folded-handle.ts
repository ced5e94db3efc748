/** Handles as they are looked for: without regard to case, nor to how Unicode writes the same. */

/** A ligature may fold to 18 characters; the index's key holds 1,024 bytes. */
const MAX_FOLDED = 128;
/** How many characters say where in the index a handle stands: no search is for fewer. */
export const HANDLE_START = 2;

export const foldHandle = (handle: string): string =>
  firstOf(handle.normalize("NFKC").toLowerCase().normalize("NFKC"), MAX_FOLDED);

/** Where a folded handle stands in the index. */
export const startOfHandle = (folded: string): string => firstOf(folded, HANDLE_START);

const firstOf = (text: string, codePoints: number): string => [...text].slice(0, codePoints).join("");
