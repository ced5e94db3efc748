/** How much of an app's output is shown when it cannot be synthesized. */
const MOST_LINES = 25;

/**
 * The lines of a failed synthesis a developer can act on: the compiler's or bundler's own, and the
 * error's message. Node's stack, the source line it quotes above it and its version are left out.
 */
export function linesThatHelp(output: string): string[] {
  const lines = output.split(/\r?\n/).map((line) => line.trimEnd());
  const kept: string[] = [];
  for (const [index, line] of lines.entries()) {
    if (/^\s+at /.test(line) || /^Node\.js v/.test(line) || line === "") continue;
    // Node quotes the throwing line: its place, the source, a caret below it.
    if (/^\s*\^+\s*$/.test(line)) {
      kept.splice(-2);
      continue;
    }
    if (/^\s*(?:[[{]?errors: \[|warnings: \[|[\]}],?)$/.test(line)) continue;
    const text = line.replace(/^(?:Uncaught )?(?:Error|TypeError): /, "").replace(/ \{$/, "");
    if (text !== lines[index - 1]) kept.push(text);
  }
  return [...new Set(kept)].slice(0, MOST_LINES).map((line) => `  ${line}`);
}
