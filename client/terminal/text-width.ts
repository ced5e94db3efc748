const WIDE =
  /\p{Emoji_Presentation}|\ufe0f|[\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{scx=Hangul}\uff01-\uff60\uffe0-\uffe6]/u;
const NO_WIDTH = /^[\p{Mn}\p{Me}\p{Default_Ignorable_Code_Point}]+$/u;
const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });

const widthOfGrapheme = (letter: string): number => (NO_WIDTH.test(letter) ? 0 : WIDE.test(letter) ? 2 : 1);

/** How many columns a text takes, as terminals count: two for East Asian letters and emoji. */
function widthOf(text: string): number {
  let width = 0;
  for (const { segment } of graphemes.segment(text)) width += widthOfGrapheme(segment);
  return width;
}

/** The text, or its beginning and an ellipsis where it is wider. */
export function cutTo(text: string, columns: number, ellipsis: string): string {
  if (widthOf(text) <= columns) return text;
  let cut = "";
  let left = columns - widthOf(ellipsis);
  for (const { segment } of graphemes.segment(text)) {
    left -= widthOfGrapheme(segment);
    if (left < 0) break;
    cut += segment;
  }
  return cut + ellipsis;
}

/**
 * The text in rows, broken between words where that can be; every row but the first is indented, so that nothing
 * within a message looks like the beginning of another.
 */
export function wrap(text: string, columns: number, indent: number): string[] {
  const rows: string[] = [];
  const margin = " ".repeat(indent);
  for (const paragraph of text.split("\n")) {
    let row = rows.length === 0 ? "" : margin;
    let width = row.length;
    let isEmpty = true;
    const take = (piece: string, wide: number): void => {
      row += piece;
      width += wide;
      isEmpty = false;
    };
    const turn = (): void => {
      rows.push(row.trimEnd());
      row = margin;
      width = indent;
      isEmpty = true;
    };
    for (const word of paragraph.match(/\s+|\S+/gu) ?? []) {
      const wide = widthOf(word);
      if (width + wide <= columns) {
        take(word, wide);
        continue;
      }
      if (/^\s/u.test(word)) {
        turn();
        continue;
      }
      if (!isEmpty && indent + wide <= columns) turn();
      for (const { segment } of graphemes.segment(word)) {
        const step = widthOfGrapheme(segment);
        if (width + step > columns && !isEmpty) turn();
        take(segment, step);
      }
    }
    rows.push(row.trimEnd());
  }
  return rows;
}
