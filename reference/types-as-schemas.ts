import { join } from "node:path";
import ts from "typescript";
import { schemaNamed } from "./json-schema.ts";
import type { JsonSchema, Schemas } from "./json-schema.ts";

const PROTOCOL = join(import.meta.dirname, "../lambdas/protocol");
const FILES = ["codes.ts", "objects.ts", "http-answers.ts", "server-frames.ts"];
/** Tables of types by route and action, read entry by entry. */
const TABLES = ["HttpAnswers", "AckData"];
/** Unions of frames, told apart by `type`; and the frame that holds others. */
const MADE_OF_FRAMES = ["EventFrame", "BatchFrame", "EventsFrame", "AckFrame", "PushedFrame", "ServerFrame"];

/** What the server sends, as JSON Schema that is read off the types the server is held to. */
export interface ServerSchemas {
  /** The types by their names. */
  readonly named: Schemas;
  /** The success of each HTTP route. */
  readonly answers: Schemas;
  /** The `data` of each action's ack. */
  readonly acks: Schemas;
  /** The frame of each event. */
  readonly events: Schemas;
}

/** Reads the schemas off the types of `lambdas/protocol`; takes the compiler about a second. */
export function serverSchemas(): ServerSchemas {
  const files = FILES.map((file) => join(PROTOCOL, file));
  const program = ts.createProgram(files, {
    strict: true,
    noEmit: true,
    exactOptionalPropertyTypes: true,
    allowImportingTsExtensions: true,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    target: ts.ScriptTarget.ES2023,
    types: [],
  });
  const checker = program.getTypeChecker();
  const types = new Map<string, ts.Type>();
  for (const file of files) {
    const module = checker.getSymbolAtLocation(program.getSourceFile(file)!)!;
    for (const symbol of checker.getExportsOfModule(module)) {
      if (symbol.flags & ts.SymbolFlags.Type) types.set(symbol.name, checker.getDeclaredTypeOfSymbol(symbol));
    }
  }
  const [answers, acks] = TABLES.map((name) => types.get(name)!) as [ts.Type, ts.Type];
  const events = types.get("EventFrame")!;
  for (const name of [...TABLES, ...MADE_OF_FRAMES]) types.delete(name);

  const reader = new TypeReader(checker, types);
  return {
    named: Object.fromEntries([...types].map(([name, type]) => [name, reader.expanded(type, name)])),
    answers: reader.entries(answers),
    acks: reader.entries(acks),
    events: Object.fromEntries(
      (events as ts.UnionType).types.map((type) => {
        const schema = reader.expanded(type, "EventFrame");
        return [schema.properties!["type"]!.const!, schema];
      }),
    ),
  };
}

class TypeReader {
  readonly #checker: ts.TypeChecker;
  readonly #names: ReadonlyMap<ts.Type, string>;

  constructor(checker: ts.TypeChecker, named: ReadonlyMap<string, ts.Type>) {
    this.#checker = checker;
    this.#names = new Map([...named].map(([name, type]) => [type, name]));
  }

  /** The schema of each of a type's properties. */
  entries(type: ts.Type): Schemas {
    return Object.fromEntries(
      this.#checker
        .getPropertiesOfType(type)
        .map((property) => [property.name, this.schema(this.#checker.getTypeOfSymbol(property))]),
    );
  }

  /** A type that has a name by that name, any other in full. */
  schema(type: ts.Type): JsonSchema {
    const name = this.#names.get(type);
    return name === undefined ? this.expanded(type, "a field") : schemaNamed(name);
  }

  /** A type in full. @throws where the wire has no such type: `where` tells of whom it is a part */
  expanded(type: ts.Type, where: string): JsonSchema {
    if (type.isStringLiteral()) return { type: "string", const: type.value };
    if (type.flags & ts.TypeFlags.String) return { type: "string" };
    // The wire has no other numbers: positions, counts and versions.
    if (type.flags & ts.TypeFlags.Number) return { type: "integer", minimum: 0 };
    if (type.flags & ts.TypeFlags.Boolean) return { type: "boolean" };
    if (type.flags & ts.TypeFlags.Null) return { type: "null" };
    if (type.isUnion()) return this.#union(type);
    if (type.isIntersection()) return { allOf: type.types.map((part) => this.schema(part)) };
    if (this.#checker.isArrayType(type)) {
      const [entry] = this.#checker.getTypeArguments(type as ts.TypeReference);
      return { type: "array", items: this.schema(entry!) };
    }
    if (type.flags & ts.TypeFlags.Object) return this.#object(type);
    throw new Error(`${where}: ${this.#checker.typeToString(type)} has no schema.`);
  }

  #union({ types }: ts.UnionType): JsonSchema {
    // A field that may be missing is said to be so by `required`.
    const there = types.filter(({ flags }) => !(flags & ts.TypeFlags.Undefined));
    const [only] = there;
    if (there.length === 1) return this.schema(only!);
    const literals = there.filter((member) => member.isStringLiteral());
    if (literals.length === there.length) {
      return { type: "string", enum: literals.map(({ value }) => value) };
    }
    const members = there.map((member) => this.schema(member));
    const [value, ...others] = members.filter(({ type }) => type !== "null");
    if (others.length === 0 && typeof value?.type === "string") {
      return { ...value, type: [value.type, "null"] };
    }
    return { anyOf: members };
  }

  #object(type: ts.Type): JsonSchema {
    const description = documentation(this.#checker, type.aliasSymbol ?? type.symbol);
    const properties = this.#checker.getPropertiesOfType(type);
    return {
      type: "object",
      ...description,
      properties: Object.fromEntries(properties.map((property) => [property.name, this.#property(property)])),
      required: properties.filter(({ flags }) => !(flags & ts.SymbolFlags.Optional)).map(({ name }) => name),
    };
  }

  #property(property: ts.Symbol): JsonSchema {
    const schema = this.schema(this.#checker.getTypeOfSymbol(property));
    // Draft 7 sees nothing that stands beside a reference.
    if (schema.$ref !== undefined) return schema;
    return { ...schema, ...formatOf(property.name, schema), ...documentation(this.#checker, property) };
  }
}

/** Every time is named `at` or `…At`, and every address `…Url`. */
function formatOf(name: string, { type }: JsonSchema): JsonSchema {
  const isText = type === "string" || (Array.isArray(type) && type.includes("string"));
  if (isText && /(^at|At)$/.test(name)) return { format: "date-time" };
  return isText && name.endsWith("Url") ? { format: "uri" } : {};
}

function documentation(checker: ts.TypeChecker, symbol: ts.Symbol | undefined): JsonSchema {
  const text = symbol ? ts.displayPartsToString(symbol.getDocumentationComment(checker)) : "";
  return text === "" ? {} : { description: text };
}
