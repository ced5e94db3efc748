import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

interface Statement {
  readonly Effect: string;
  Action: string | string[];
  Resource: unknown;
}

interface Template {
  readonly Resources: Readonly<
    Record<
      string,
      {
        readonly Type: string;
        readonly Metadata?: Readonly<Record<string, string>>;
        readonly Properties: {
          readonly Policies?: readonly { readonly PolicyDocument: { Statement: Statement[] } }[];
        };
      }
    >
  >;
}

/** One action of one statement of one function's role on one resource, which can be taken away. */
export interface Grant {
  /** e.g. `WorkerFunction`. */
  readonly function: string;
  readonly action: string;
  /** The resource as the template has it, its names those of the constructs. */
  readonly resource: string;
  readonly file: string;
  readonly role: string;
  readonly statement: number;
  readonly place: number;
}

/** Those nobody can miss here: logs go to the terminal, and the user pool calls nothing locally. */
export const isExercised = ({ function: fn, action }: Pick<Grant, "function" | "action">): boolean =>
  !action.startsWith("logs:") && fn !== "PostConfirmationFunction";

const listed = <T>(value: T | T[]): T[] => (Array.isArray(value) ? value : [value]);

/** Every grant of an assembly, in the order of its templates. */
export function grantsIn(folder: string): readonly Grant[] {
  const files = readdirSync(folder)
    .filter((name) => name.endsWith(".template.json"))
    .sort();
  return files.flatMap((file) => {
    const { Resources } = JSON.parse(readFileSync(join(folder, file), "utf8")) as Template;
    return Object.entries(Resources).flatMap(([role, { Type, Metadata, Properties }]) => {
      if (Type !== "AWS::IAM::Role") return [];
      const path = Metadata?.["aws:cdk:path"]?.split("/") ?? [role];
      const fn = (path.at(-2) ?? role).replace(/Role$/, "");
      return (Properties.Policies ?? []).flatMap(({ PolicyDocument }) =>
        PolicyDocument.Statement.flatMap((given, statement) =>
          listed(given.Action).flatMap((action) =>
            listed(given.Resource).map((resource, place) => ({
              ...{ function: fn, action, file, role, statement, place },
              resource: shown(resource),
            })),
          ),
        ),
      );
    });
  });
}

/** Takes one grant out of the assembly, and gives what puts it back. */
export function remove(folder: string, { file, role, action, statement, place }: Grant): () => void {
  const path = join(folder, file);
  const before = readFileSync(path, "utf8");
  const template = JSON.parse(before) as Template;
  const document = template.Resources[role]?.Properties.Policies?.[0]?.PolicyDocument;
  const given = document?.Statement[statement];
  if (document === undefined || given === undefined) throw new Error(`${role} has no statement ${statement}`);
  const [actions, resources] = [listed(given.Action), listed(given.Resource)];
  document.Statement.splice(
    statement,
    1,
    { ...given, Action: actions.filter((one) => one !== action) },
    { ...given, Action: action, Resource: resources.filter((_, at) => at !== place) },
  );
  writeFileSync(path, JSON.stringify(template, null, 1));
  return () => writeFileSync(path, before);
}

/** `Ref` and `Fn::GetAtt` by what they name, joins joined: for people. */
function shown(value: unknown): string {
  if (typeof value !== "object" || value === null) return String(value);
  const [key, argument] = Object.entries(value)[0] ?? [];
  const name = (id: unknown): string => String(id).replace(/[0-9A-F]{8}$/, "");
  if (key === "Fn::GetAtt")
    return (argument as string[])[0] === undefined ? "" : `{${name((argument as string[])[0])}}`;
  if (key === "Fn::ImportValue")
    return `{${/Output(?:FnGetAtt|Ref)([A-Za-z]+?)[0-9A-F]{8}/.exec(String(argument))?.[1] ?? String(argument)}}`;
  if (key === "Ref") return String(argument).startsWith("AWS::") ? "*" : `{${name(argument)}}`;
  if (key === "Fn::Join") return (argument as [string, unknown[]])[1].map(shown).join("");
  return JSON.stringify(value);
}
