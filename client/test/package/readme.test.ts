import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { expect, test } from "vitest";

const CLIENT = join(import.meta.dirname, "../..");
const README = readFileSync(join(CLIENT, "README.md"), "utf8");
const OPTIONS: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  lib: ["lib.es2023.d.ts", "lib.dom.d.ts", "lib.dom.iterable.d.ts"],
  types: ["node"],
  jsx: ts.JsxEmit.ReactJSX,
  strict: true,
  noEmit: true,
  skipLibCheck: true,
  allowImportingTsExtensions: true,
  paths: {
    "@parley/client": [join(CLIENT, "index.ts")],
    "@parley/client/react": [join(CLIENT, "react/index.ts")],
  },
};

function block(language: string): string {
  const found = new RegExp(`\`\`\`${language}\\n(.*?)\`\`\``, "s").exec(README)?.[1];
  if (found === undefined) throw new Error(`The README shows no ${language}.`);
  return found;
}

/** What the compiler says of a file of this text beside the README. */
function complaints(name: string, text: string): string[] {
  const file = join(CLIENT, name);
  const host = ts.createCompilerHost(OPTIONS);
  const disk = ts.createCompilerHost(OPTIONS);
  host.fileExists = (path) => path === file || disk.fileExists(path);
  host.readFile = (path) => (path === file ? text : disk.readFile(path));
  host.getSourceFile = (path, ...rest) =>
    path === file
      ? ts.createSourceFile(path, text, ts.ScriptTarget.ES2022)
      : disk.getSourceFile(path, ...rest);
  const program = ts.createProgram([file], OPTIONS, host);
  return ts
    .getPreEmitDiagnostics(program)
    .filter((one) => one.file?.fileName === file || one.file === undefined)
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n"));
}

test("the five lines compile", () => {
  const given = "declare const httpUrl: string, wsUrl: string;\n";
  expect(complaints("five-lines.ts", given + block("ts"))).toEqual([]);
  expect(complaints("five-lines.ts", given + block("ts").replace("direct(", "indirect("))).toHaveLength(1);
});

test.skipIf(!existsSync(join(CLIENT, "react/index.ts")))("the component compiles, in 40 lines", () => {
  expect(complaints("component.tsx", block("tsx"))).toEqual([]);
  expect(complaints("component.tsx", block("tsx").replace("items.map", "items.mop"))).not.toEqual([]);
  expect(block("tsx").trimEnd().split("\n").length).toBeLessThanOrEqual(40);
});

test("the pages that it names exist", () => {
  const names = [...README.matchAll(/\]\((\.\.?\/[^)#]+)/g)].map(([, name]) => name ?? "");
  expect(names.filter((name) => !existsSync(join(CLIENT, name)))).toEqual([]);
});
