import { createHash } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { fieldsOf, numberOf, textMapOf, textOf, type Fields } from "./fields.ts";
import { shortName } from "./identities.ts";
import type { FunctionModel } from "./model.ts";
import type { Resource } from "./resource.ts";
import type { Resources } from "./resources.ts";
import { unzip } from "./unzip.ts";

/** Code that is no folder yet: given in the template itself, or packed. Written before it can run. */
export interface CodeToWrite {
  readonly folder: string;
  readonly files: ReadonlyMap<string, string | Buffer>;
}

export function readFunctions(
  resources: Resources,
  workFolder: string,
): { functions: FunctionModel[]; codeToWrite: CodeToWrite[] } {
  const functions: FunctionModel[] = [];
  const codeToWrite: CodeToWrite[] = [];
  for (const resource of resources.ofType("AWS::Lambda::Function")) {
    const fields = resources.fieldsOf(resource);
    const runtime = textOf(fields, "Runtime") ?? "";
    if (textOf(fields, "PackageType") === "Image") {
      resources.report(resource, "container images are not run locally.");
      continue;
    }
    if (!runtime.startsWith("nodejs")) {
      resources.report(resource, `the runtime ${runtime} is not run locally, only Node.js is.`);
      continue;
    }
    const codePath = locateCode(resources, resource, fieldsOf(fields, "Code") ?? {}, workFolder, codeToWrite);
    if (codePath === undefined) continue;
    const maxConcurrency = numberOf(fields, "ReservedConcurrentExecutions");
    functions.push({
      id: resource.key,
      name: shortName(resource.path, resource.logicalId),
      arn: resources.arnOf(resource),
      runtime,
      codePath,
      handler: textOf(fields, "Handler") ?? "",
      environment: textMapOf(fieldsOf(fields, "Environment") ?? {}, "Variables"),
      timeoutMs: (numberOf(fields, "Timeout") ?? 3) * 1000,
      memoryMb: numberOf(fields, "MemorySize") ?? 128,
      ...(maxConcurrency === undefined ? {} : { maxConcurrency }),
      ...(textOf(fields, "RecursiveLoop") === "Allow" ? { allowsRecursion: true } : {}),
    });
  }
  return { functions, codeToWrite };
}

function locateCode(
  resources: Resources,
  resource: Resource,
  code: Fields,
  workFolder: string,
  codeToWrite: CodeToWrite[],
): string | undefined {
  const write = (key: string | Buffer, files: ReadonlyMap<string, string | Buffer>): string => {
    const name = createHash("sha256").update(key).digest("hex").slice(0, 16);
    const folder = join(workFolder, "code", name);
    codeToWrite.push({ folder, files });
    return folder;
  };
  const text = textOf(code, "ZipFile");
  if (text !== undefined) return write(text, new Map([["index.js", text]]));

  const hash = (textOf(code, "S3Key") ?? "").replace(/^.*\//, "").replace(/\.zip$/, "");
  const path = resource.stack.assets.get(hash);
  const found = path === undefined ? undefined : statSync(path, { throwIfNoEntry: false });
  if (path === undefined || found === undefined) {
    resources.report(resource, "its code is not among the assembly's assets.");
    return undefined;
  }
  if (found.isDirectory()) return path;
  const archive = readFileSync(path);
  const unzipped = unzip(archive);
  if (unzipped.type === "unzipped") return write(archive, unzipped.files);
  resources.report(resource, "its code is a file that is no readable zip archive.");
  return undefined;
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
