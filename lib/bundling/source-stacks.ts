import { existsSync, readFileSync } from "node:fs";
import { SourceMap, type SourceMapPayload } from "node:module";
import { join } from "node:path";

/** The source map of a build; null where none is kept. */
export type LoadMap = (build: string) => SourceMap | null;

/** Looks for `<build>.map` in these folders, in order, and remembers what it finds. */
export function mapsIn(folders: readonly string[]): LoadMap {
  const loaded = new Map<string, SourceMap | null>();
  return (build) => {
    const known = loaded.get(build);
    if (known !== undefined) return known;
    const path = /^[0-9a-f]+$/.test(build)
      ? folders.map((folder) => join(folder, `${build}.map`)).find((candidate) => existsSync(candidate))
      : undefined;
    const map =
      path === undefined ? null : new SourceMap(JSON.parse(readFileSync(path, "utf8")) as SourceMapPayload);
    loaded.set(build, map);
    return map;
  };
}

export interface Resolved {
  readonly text: string;
  /** Builds that are named and whose map is not kept; "" for a stack that names none. */
  readonly missing: readonly string[];
}

/**
 * Lines of the functions' log, or a bare stack, with our files and lines in place of the bundle's. An entry
 * that has a stack is written as its fields and, below, the stack of each cause; all else stays as it is.
 * `build` is that of a stack that names none, such as one that Lambda logs itself.
 */
export function resolveStacks(text: string, loadMap: LoadMap, build = ""): Resolved {
  const missing = new Set<string>();
  const resolve = (stack: string, of: string): string =>
    stack.replaceAll(BUNDLE_POSITION, (position, line: string, column: string) => {
      const map = loadMap(of);
      if (map === null) missing.add(of);
      return (map && originOf(map, Number(line), Number(column))) ?? position;
    });
  const lines = text.split("\n").map((line) => {
    const entry = entryIn(line);
    const stacks = entry === null ? [] : stacksIn(entry.fields);
    if (entry === null || stacks.length === 0) return resolve(line, build);
    const { build: own } = entry.fields;
    const shown = JSON.stringify(entry.fields, (key, value: unknown) =>
      STACKS.has(key) ? undefined : value,
    );
    const of = typeof own === "string" ? own : build;
    return [`${entry.before}${shown}`, ...stacks.map((stack) => resolve(stack, of))].join("\n");
  });
  return { text: lines.join("\n"), missing: [...missing] };
}

/** Where a frame stands in a bundle: `/var/task/index.js:1:2345`, with or without a scheme. */
const BUNDLE_POSITION = /(?:file:\/\/)?[^\s()]*\bindex\.js:(\d+):(\d+)/g;

/** Under these our log and Lambda's own lines keep a stack: as text, or as a list of its lines. */
const STACKS = new Set(["stack", "stackTrace"]);

/** An entry of the log, at the end of a line that may begin with what `aws logs tail` puts before it. */
function entryIn(line: string): { readonly before: string; readonly fields: Record<string, unknown> } | null {
  const start = line.indexOf("{");
  if (start === -1) return null;
  try {
    const fields = JSON.parse(line.slice(start)) as Record<string, unknown>;
    return { before: line.slice(0, start), fields };
  } catch {
    return null;
  }
}

/** The stacks of an entry, outermost first. */
const stacksIn = (value: unknown): readonly string[] =>
  typeof value !== "object" || value === null
    ? []
    : Object.entries(value).flatMap(([key, inner]: [string, unknown]) =>
        STACKS.has(key) ? [Array.isArray(inner) ? inner.join("\n") : String(inner)] : stacksIn(inner),
      );

/** `lambdas/chat/steps/fan-out.ts:12:3`, relative to the repository; null for what is nobody's source. */
function originOf(map: SourceMap, line: number, column: number): string | null {
  // V8 counts lines and columns from 1, source maps from 0.
  const origin = map.findEntry(line - 1, column - 1);
  if (!("originalSource" in origin)) return null;
  const source = origin.originalSource.replace(/^(\.\.\/)+/, "");
  return `${source}:${origin.originalLine + 1}:${origin.originalColumn + 1}`;
}
