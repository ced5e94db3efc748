import { readFile } from "node:fs/promises";
import { join } from "node:path";

/** What `cdk.json` says. */
export interface ProjectConfig {
  /** The command line that runs the app. */
  readonly app: string;
  /** Its own context, below that of `cdk.context.json`. */
  readonly context: Readonly<Record<string, unknown>>;
  /** Where the CDK's command line puts its assembly, relative. */
  readonly outputFolder: string;
  /** As `cdk watch` reads them. */
  readonly watch: { readonly include: readonly string[]; readonly exclude: readonly string[] };
}

/** A sentence where there is none that can be used. */
export async function readProjectConfig(folder: string): Promise<ProjectConfig | string> {
  const file = join(folder, "cdk.json");
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch {
    return `There is no cdk.json in ${folder}: start in the project's folder, or name the folder of an assembly.`;
  }
  try {
    const { app, context, output, watch } = parse(text);
    if (typeof app !== "string") return `${file} names no app.`;
    const looked = await readFile(join(folder, "cdk.context.json"), "utf8").catch(() => "{}");
    return {
      app,
      context: { ...asObject(context), ...parse(looked) },
      outputFolder: typeof output === "string" ? output : "cdk.out",
      watch: {
        include: asStrings(asObject(watch)["include"]),
        exclude: asStrings(asObject(watch)["exclude"]),
      },
    };
  } catch (error) {
    return `${file} or cdk.context.json beside it is not JSON: ${(error as Error).message}`;
  }
}

/** Editors on Windows put a byte order mark first; the CDK's command line passes over it too. */
const parse = (text: string): Record<string, unknown> => asObject(JSON.parse(text.replace(/^\uFEFF/, "")));

const asObject = (value: unknown): Record<string, unknown> =>
  typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};

const asStrings = (value: unknown): string[] =>
  (Array.isArray(value) ? value : [value]).filter((item): item is string => typeof item === "string");
