import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";

const CLIENT = join(import.meta.dirname, "../client");

/** An exported name of the package, as its sources declare it. */
export interface ExportedName {
  readonly name: string;
  /** Its docstring; empty where it has none. */
  readonly docstring: string;
  /** Its declaration without what only the implementation needs. */
  readonly declaration: string;
  readonly kind: "function" | "class" | "type";
}

/** What somebody imports from, and everything it exports. */
export interface EntryPoint {
  readonly specifier: string;
  readonly names: readonly ExportedName[];
}

/** Reads the entry points of the client's package off its sources. */
export function clientEntryPoints(): readonly EntryPoint[] {
  const manifest = JSON.parse(readFileSync(join(CLIENT, "package.json"), "utf8")) as {
    readonly name: string;
    readonly exports: Readonly<Record<string, unknown>>;
  };
  const sources = Object.keys(manifest.exports).flatMap((path) => {
    const file = sourceOf(path === "." ? "index" : path.slice(2));
    return file ? [{ specifier: manifest.name + path.slice(1), file }] : [];
  });
  const program = ts.createProgram(
    sources.map(({ file }) => file),
    {
      strict: true,
      noEmit: true,
      allowImportingTsExtensions: true,
      module: ts.ModuleKind.ESNext,
      moduleResolution: ts.ModuleResolutionKind.Bundler,
      jsx: ts.JsxEmit.ReactJSX,
      target: ts.ScriptTarget.ES2023,
      types: [],
    },
  );
  return sources.map(({ specifier, file }) => ({ specifier, names: exportedNames(program, file) }));
}

/** The API reference of the client, as Markdown. */
export function clientApiDocument(entryPoints = clientEntryPoints()): string {
  const sections = entryPoints.map(
    ({ specifier, names }) => `## \`${specifier}\`\n\n${names.map(written).join("\n")}`,
  );
  return `# The client's API

Written from the docstrings by \`npm run docs:reference\`.

${sections.join("\n")}`;
}

const written = ({ name, docstring, declaration }: ExportedName): string =>
  `### ${name}\n\n${docstring === "" ? "" : `${docstring}\n\n`}\`\`\`ts\n${declaration}\n\`\`\`\n`;

/** What is no module of TypeScript, such as a stylesheet, has no API. */
const sourceOf = (name: string): string | undefined =>
  [`${name}.ts`, `${name}/index.ts`, `${name}/index.tsx`]
    .map((path) => join(CLIENT, path))
    .find((path) => existsSync(path));

const KINDS = ["function", "class", "type"] as const;

function exportedNames(program: ts.Program, file: string): readonly ExportedName[] {
  const checker = program.getTypeChecker();
  const module = checker.getSymbolAtLocation(program.getSourceFile(file)!)!;
  const names = checker.getExportsOfModule(module).map((exported) => {
    const symbol = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
    const declaration = symbol.declarations![0]!;
    return {
      name: exported.name,
      docstring: docstringOf(checker, symbol),
      declaration: declarationText(declaration),
      kind: kindOf(symbol),
    };
  });
  // What one calls comes before what it gives.
  return KINDS.flatMap((kind) => names.filter((one) => one.kind === kind));
}

function kindOf({ flags }: ts.Symbol): ExportedName["kind"] {
  if (flags & ts.SymbolFlags.Class) return "class";
  return flags & (ts.SymbolFlags.Interface | ts.SymbolFlags.TypeAlias) ? "type" : "function";
}

function docstringOf(checker: ts.TypeChecker, symbol: ts.Symbol): string {
  const text = ts.displayPartsToString(symbol.getDocumentationComment(checker));
  const tags = symbol
    .getJsDocTags(checker)
    .map(({ name, text }) => `\`@${name}\` ${ts.displayPartsToString(text)}`.trim());
  return [text, ...tags].filter((part) => part !== "").join("\n\n");
}

function declarationText(node: ts.Declaration): string {
  if (ts.isClassDeclaration(node)) return classText(node);
  if (ts.isFunctionDeclaration(node)) return signatureText(node, node.body);
  if (ts.isVariableDeclaration(node)) return `const ${node.getText().replace(/ =>[^]*$/, "")}`;
  return withoutExport(node.getText());
}

/** A class with its public members, without their bodies. */
function classText(node: ts.ClassDeclaration): string {
  const heritage = (node.heritageClauses ?? []).map((clause) => ` ${clause.getText()}`).join("");
  const members = node.members.filter(isPublic).map((member) => {
    const comment = ts.getJSDocCommentsAndTags(member).map((doc) => `  ${doc.getText()}\n`);
    const body = "body" in member ? (member.body as ts.Node | undefined) : undefined;
    return `${comment.join("")}  ${signatureText(member, body)}`;
  });
  return `class ${node.name!.text}${heritage} {\n${members.join("\n")}\n}`;
}

function isPublic(member: ts.ClassElement): boolean {
  const isHidden =
    ts.getCombinedModifierFlags(member) & (ts.ModifierFlags.Private | ts.ModifierFlags.Protected);
  return !isHidden && !(member.name && ts.isPrivateIdentifier(member.name));
}

function signatureText(node: ts.Node, body: ts.Node | undefined): string {
  const text = node.getSourceFile().text.slice(node.getStart(), body?.getStart() ?? node.end);
  const signature = withoutExport(text).trim();
  return signature.endsWith(";") ? signature : `${signature};`;
}

const withoutExport = (text: string): string => text.replace(/^export (default )?/, "");
