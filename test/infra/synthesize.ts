import type { App } from "aws-cdk-lib";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Bundles } from "../../lib/bundling/bundle-functions.ts";
import { type AppOptions, makeApp } from "../../lib/parley-app.ts";
import { dev } from "../../stages/dev.ts";
import { STAGES } from "../../stages/index.ts";

const { context: FLAGS } = JSON.parse(readFileSync(new URL("../../cdk.json", import.meta.url), "utf8")) as {
  context: Record<string, unknown>;
};

/** Those of the product, and `qa`, one more like `dev`. */
export const STAGES_HERE = { ...STAGES, qa: dev };

export interface Resource {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
  readonly DependsOn?: readonly string[];
  readonly Metadata?: Readonly<Record<string, string>>;
}

interface Template {
  readonly Resources: Readonly<Record<string, Resource>>;
  readonly Outputs?: Readonly<Record<string, { Value: unknown; Export?: { Name: string } }>>;
}

/** One synthesized stage, its intrinsics rendered so that expectations can be read. */
export class Assembly {
  readonly #templates = new Map<string, Template>();
  readonly #names = new Map<string, string>();
  readonly #exports = new Map<string, unknown>();

  constructor(templates: Readonly<Record<string, unknown>>) {
    for (const [stack, raw] of Object.entries(templates)) {
      const template = raw as Template;
      this.#templates.set(stack, template);
      for (const [id, { Metadata }] of Object.entries(template.Resources)) {
        const path = Metadata?.["aws:cdk:path"]?.split("/").slice(1) ?? [id];
        this.#names.set(id, path.filter((part) => part !== "Resource").join("/"));
      }
      for (const output of Object.values(template.Outputs ?? {})) {
        if (output.Export !== undefined) this.#exports.set(output.Export.Name, output.Value);
      }
    }
  }

  get stacks(): string[] {
    return [...this.#templates.keys()];
  }

  /** Every resource of a type, by its path in the construct tree without the stack, properties rendered. */
  all(type: string): Map<string, Resource> {
    const found = new Map<string, Resource>();
    for (const [id, resource] of this.#resources()) {
      if (resource.Type === type) found.set(this.#name(id), this.#rendered(resource));
    }
    return found;
  }

  /** Throws when there is none. */
  one(type: string, path: string): Resource {
    const resource = this.all(type).get(path);
    if (resource === undefined)
      throw new Error(`No ${type} at ${path}: ${[...this.all(type).keys()].join(", ")}`);
    return resource;
  }

  get types(): Set<string> {
    return new Set(this.#resources().map(([, resource]) => resource.Type));
  }

  outputs(): Record<string, unknown> {
    const named = [...this.#templates.values()]
      .flatMap((template) => Object.entries(template.Outputs ?? {}))
      .filter(([, output]) => output.Export === undefined);
    return Object.fromEntries(named.map(([name, { Value }]) => [name, this.#render(Value)]));
  }

  #resources(): [string, Resource][] {
    return [...this.#templates.values()].flatMap((template) => Object.entries(template.Resources));
  }

  #name(id: string): string {
    return this.#names.get(id) ?? id;
  }

  #rendered(resource: Resource): Resource {
    return { ...resource, Properties: (this.#render(resource.Properties) ?? {}) as Record<string, unknown> };
  }

  /** `Ref` → `{path}`, `Fn::GetAtt` → `{path.Attribute}`, imports followed, joins joined. */
  #render(value: unknown): unknown {
    if (Array.isArray(value)) return value.map((part) => this.#render(part));
    if (typeof value !== "object" || value === null) return value;
    const [key, argument] = (Object.entries(value)[0] ?? []) as [string?, unknown?];
    switch (key) {
      case "Ref":
        return `{${this.#name(argument as string)}}`;
      case "Fn::GetAtt": {
        const [id, attribute] = argument as [string, string];
        return `{${this.#name(id)}.${attribute}}`;
      }
      case "Fn::ImportValue":
        return this.#render(this.#exports.get(argument as string));
      case "Fn::Join": {
        const [separator, parts] = argument as [string, unknown[]];
        return parts.map((part) => String(this.#render(part))).join(separator);
      }
      default:
        return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, this.#render(part)]));
    }
  }
}

const scratch = mkdtempSync(join(tmpdir(), "parley-infra-"));
process.on("exit", () => rmSync(scratch, { recursive: true, force: true }));

/** Stands for every function's code: the templates do not depend on what it does. */
function someCode(): Bundles {
  const folder = join(scratch, "code");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "index.js"), "exports.handler = async () => {};");
  return {
    websocket: folder,
    http: folder,
    admin: folder,
    authorizer: folder,
    worker: folder,
    signUp: folder,
  };
}

/** Stands for the built page: the templates name its files by what they hold, and write the document anew. */
function somePage(): string {
  const folder = join(scratch, "page");
  mkdirSync(join(folder, "assets"), { recursive: true });
  writeFileSync(join(folder, "assets/index-0123abcd.js"), "export {};");
  writeFileSync(join(folder, "assets/local-cloud-0123abcd.js"), "export {};");
  writeFileSync(join(folder, "icon.svg"), "<svg/>");
  writeFileSync(join(folder, "config.json"), '{ "httpUrl": "/", "wsUrl": "/local" }');
  writeFileSync(
    join(folder, "index.html"),
    `<meta http-equiv="Content-Security-Policy" content="connect-src https:" /><title>Parley</title>`,
  );
  return folder;
}

const made = new Map<string, Assembly>();

/** Synthesizes the app as the CLI would with `-c key=value`; once for the same settings. */
export function synthesize(settings: Readonly<Record<string, string>>): Assembly {
  const key = JSON.stringify(settings);
  const known = made.get(key) ?? synthesizeWith(someCode(), settings);
  made.set(key, known);
  return known;
}

export function synthesizeWith(bundles: Bundles, settings: Readonly<Record<string, string>>): Assembly {
  const stacks = synthesizeStacks({ bundles }, settings);
  return new Assembly(
    Object.fromEntries(stacks.map((stack) => [stack.stackName, stack.template as unknown])),
  );
}

/** `checked`: with the CDK's own check of the templates, which costs seconds and throws what it finds. */
export function synthesizeStacks(
  options: Pick<AppOptions, "env"> & {
    readonly bundles?: Bundles;
    readonly checked?: boolean;
    /** What is done to the app before it is synthesized. */
    readonly change?: (app: App) => void;
  },
  settings: Readonly<Record<string, string>>,
) {
  const outcome = makeApp({
    stages: STAGES_HERE,
    bundles: options.bundles ?? someCode(),
    pageFolder: somePage(),
    ...(options.env === undefined ? {} : { env: options.env }),
    app: {
      builtinCloudFormationValidation: options.checked ?? false,
      outdir: mkdtempSync(join(scratch, "assembly-")),
      context: { ...FLAGS, "aws:cdk:enable-path-metadata": true, ...settings },
    },
  });
  if (outcome.type === "failed") throw new Error(outcome.problems.join("\n"));
  options.change?.(outcome.app);
  const assembly = outcome.app.synth();
  // What is missing would have to be looked up in an account.
  if (assembly.manifest.missing !== undefined) throw new Error(JSON.stringify(assembly.manifest.missing));
  return assembly.stacks;
}
