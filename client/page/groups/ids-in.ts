/** Ids with commas or lines between them: each once, as they were typed. */
export const idsIn = (text: string): readonly string[] => [
  ...new Set(
    text
      .split(/[,\n]/)
      .map((id) => id.trim())
      .filter((id) => id !== ""),
  ),
];
