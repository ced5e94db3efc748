import { readFileSync, statSync } from "node:fs";
import { fieldsOf, numberOf, textMapOf, textOf, type Fields } from "./fields.ts";
import { shortName } from "./identities.ts";
import type { FunctionModel } from "./model.ts";
import { readRoles } from "./read-roles.ts";
import type { Resource } from "./resource.ts";
import type { Resources } from "./resources.ts";
import { folderForCode, type CodeToWrite, type StandIns } from "./stand-ins.ts";
import { unzip } from "./unzip.ts";

export function readFunctions(
  resources: Resources,
  workFolder: string,
  standIns: StandIns,
): { functions: FunctionModel[]; codeToWrite: CodeToWrite[] } {
  const functions: FunctionModel[] = [];
  const codeToWrite: CodeToWrite[] = [];
  const roleOf = readRoles(resources);
  for (const resource of resources.ofType("AWS::Lambda::Function")) {
    const fields = resources.fieldsOf(resource);
    const runtime = textOf(fields, "Runtime") ?? "";
    if (textOf(fields, "PackageType") === "Image") {
      functions.push(standIns.instead(resource, "container images are not run locally."));
      continue;
    }
    if (!runtime.startsWith("nodejs")) {
      const sentence = `the runtime ${runtime} is not run locally, only Node.js is.`;
      functions.push(standIns.instead(resource, sentence));
      continue;
    }
    const code = locateCode(resource, fieldsOf(fields, "Code") ?? {}, workFolder, codeToWrite);
    if (code.type === "missing") {
      functions.push(standIns.instead(resource, code.sentence));
      continue;
    }
    const role = roleOf(textOf(fields, "Role"));
    const maxConcurrency = numberOf(fields, "ReservedConcurrentExecutions");
    functions.push({
      id: resource.key,
      name: shortName(resource.path, resource.logicalId),
      arn: resources.arnOf(resource),
      runtime,
      codePath: code.path,
      handler: textOf(fields, "Handler") ?? "",
      environment: textMapOf(fieldsOf(fields, "Environment") ?? {}, "Variables"),
      timeoutMs: (numberOf(fields, "Timeout") ?? 3) * 1000,
      memoryMb: numberOf(fields, "MemorySize") ?? 128,
      ...(maxConcurrency === undefined ? {} : { maxConcurrency }),
      ...(textOf(fields, "RecursiveLoop") === "Allow" ? { allowsRecursion: true } : {}),
      ...(role === undefined ? {} : { role }),
    });
  }
  return { functions, codeToWrite };
}

type LocatedCode =
  | { readonly type: "located"; readonly path: string }
  | { readonly type: "missing"; readonly sentence: string };

function locateCode(
  resource: Resource,
  code: Fields,
  workFolder: string,
  codeToWrite: CodeToWrite[],
): LocatedCode {
  const write = (key: string | Buffer, files: ReadonlyMap<string, string | Buffer>): LocatedCode => {
    const folder = folderForCode(workFolder, key);
    codeToWrite.push({ folder, files });
    return { type: "located", path: folder };
  };
  const text = textOf(code, "ZipFile");
  if (text !== undefined) return write(text, new Map([["index.js", text]]));

  const hash = (textOf(code, "S3Key") ?? "").replace(/^.*\//, "").replace(/\.zip$/, "");
  const path = resource.stack.assets.get(hash);
  const found = path === undefined ? undefined : statSync(path, { throwIfNoEntry: false });
  if (path === undefined || found === undefined) {
    return { type: "missing", sentence: "its code is not among the assembly's assets." };
  }
  if (found.isDirectory()) return { type: "located", path };
  const archive = readFileSync(path);
  const unzipped = unzip(archive);
  if (unzipped.type === "unzipped") return write(archive, unzipped.files);
  return { type: "missing", sentence: "its code is a file that is no readable zip archive." };
}

/** The function an ARN, a name or an integration's address stands for. */
export function functionBehind(
  address: string | undefined,
  functions: readonly FunctionModel[],
): FunctionModel | undefined {
  if (address === undefined) return undefined;
  const [, inner] = /\/functions\/(arn:[^/]+)\/invocations$/.exec(address) ?? [];
  const wanted = inner ?? address;
  return functions.find(({ arn }) => arn === wanted || arn.endsWith(`:function:${wanted}`));
}
