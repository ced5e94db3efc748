import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { FunctionModel } from "../../assembly/model.ts";
import type { FunctionLogLine, InvocationLogEntry } from "../../functions/function-log.ts";
import { createFunctionPool, type FunctionPoolOptions } from "../../functions/function-pool.ts";

const folders: string[] = [];

/** A folder that stands for a built asset. */
export function asset(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), "parley-functions-"));
  folders.push(folder);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(folder, name, ".."), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

export function removeAssets(): void {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
}

export function functionModel(code: string, overrides: Partial<FunctionModel> = {}): FunctionModel {
  return {
    id: "Fn",
    name: "Fn",
    arn: "arn:aws:lambda:eu-central-1:123456789012:function:parley-fn",
    codePath: asset({ "index.mjs": code }),
    handler: "index.handler",
    environment: {},
    timeoutMs: 5_000,
    runtime: "nodejs24.x",
    memoryMb: 256,
    ...overrides,
  };
}

/** A pool whose output is kept. */
export async function poolOf(
  functions: readonly FunctionModel[],
  options: Partial<FunctionPoolOptions> = {},
) {
  const lines: FunctionLogLine[] = [];
  const invocations: InvocationLogEntry[] = [];
  const pool = await createFunctionPool({
    functions,
    endpointsEnv: () => ({}),
    // However busy the machine is.
    takeCore: () => true,
    log: { line: (line) => lines.push(line), invocation: (entry) => invocations.push(entry) },
    ...options,
  });
  return { pool, lines, invocations };
}
