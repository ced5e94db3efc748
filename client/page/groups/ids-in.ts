/** Ids with commas or lines between them: each once, as they were typed. */
export const idsIn = (text: string): readonly string[] => [
  ...new Set(
    text
      .split(/[,\n]/)
      .map((id) => id.trim())
      .filter((id) => id !== ""),
  ),
];

/** The one that is being written. */
export const lastIn = (text: string): string => text.split(/[,\n]/).at(-1)!.trim();

/** The same with that one written to its end, ready for another. */
export const withLast = (text: string, id: string): string =>
  `${text.replace(/[^,\n]*$/, (last) => (/^\s/.test(last) ? " " : ""))}${id}, `;
