import { createHash } from "node:crypto";
import { join } from "node:path";
import { shortName } from "./identities.ts";
import type { FunctionModel } from "./model.ts";
import type { Resource } from "./resource.ts";
import type { Resources } from "./resources.ts";

/** Code that is no folder yet: given in the template itself, or packed. Written before it can run. */
export interface CodeToWrite {
  readonly folder: string;
  readonly files: ReadonlyMap<string, string | Buffer>;
}

/** The folder that code of this text or archive is written to. */
export const folderForCode = (workFolder: string, code: string | Buffer): string =>
  join(workFolder, "code", createHash("sha256").update(code).digest("hex").slice(0, 16));

/**
 * Functions that fail with a sentence, in the place of what is not served: whoever calls them gets what a
 * failing function gives, and the log says why.
 */
export interface StandIns {
  /** Reports the problem of a resource and gives what stands in for it. */
  instead(resource: Resource, sentence: string): FunctionModel;
  readonly made: readonly FunctionModel[];
  readonly codeToWrite: readonly CodeToWrite[];
}

export function createStandIns(resources: Resources, workFolder: string): StandIns {
  const made: FunctionModel[] = [];
  const codeToWrite: CodeToWrite[] = [];
  return {
    made,
    codeToWrite,
    instead: (resource, sentence) => {
      resources.report(resource, sentence);
      const known = made.find(({ id }) => id === resource.key);
      if (known !== undefined) return known;
      const text = `const message = ${JSON.stringify(`${resource.path} (${resource.type}): ${sentence}`)};
exports.handler = async () => {
  throw Object.assign(new Error(message), { name: "NotServedLocally" });
};
`;
      const folder = folderForCode(workFolder, text);
      codeToWrite.push({ folder, files: new Map([["index.js", text]]) });
      const standIn: FunctionModel = {
        id: resource.key,
        name: shortName(resource.path, resource.logicalId),
        arn: arnFor(resources, resource),
        runtime: `nodejs${process.versions.node.split(".")[0] ?? ""}.x`,
        codePath: folder,
        handler: "index.handler",
        environment: {},
        timeoutMs: 3000,
        memoryMb: 128,
      };
      made.push(standIn);
      return standIn;
    },
  };
}

const arnFor = (resources: Resources, resource: Resource): string =>
  resource.type === "AWS::Lambda::Function"
    ? resources.arnOf(resource)
    : `arn:aws:lambda:${resources.region}:${resources.accountId}:function:${resource.logicalId}`;
