import { TABLE } from "./table.ts";

/** What is read of vitest's JSON report. */
export interface TestReport {
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly message?: string;
    readonly assertionResults: readonly {
      readonly title: string;
      readonly status: string;
      readonly failureMessages?: readonly string[];
    }[];
  }[];
}

export type Result = "passed" | "failed" | "missing";

export interface RowResult {
  readonly result: Result;
  /** First line of why it fails. */
  readonly message?: string;
}

export interface Results {
  readonly rows: ReadonlyMap<string, RowResult>;
  /** Failures that belong to no row: of a file's start, or of the tests about the table itself. */
  readonly others: readonly string[];
}

/** What the tests say of each row: a test's name begins with its row's id and a colon. */
export function resultsOf(report: TestReport): Results {
  const ids = new Set<string>(TABLE.map(({ id }) => id));
  const rows = new Map<string, RowResult>();
  const others: string[] = [];
  for (const file of report.testResults) {
    if (file.status === "failed" && file.message) others.push(firstLine(file.message));
    for (const { title, status, failureMessages = [] } of file.assertionResults) {
      const id = title.slice(0, title.indexOf(":"));
      const message = failureMessages[0] === undefined ? undefined : firstLine(failureMessages[0]);
      const result = status === "passed" ? "passed" : status === "failed" ? "failed" : "missing";
      if (ids.has(id)) rows.set(id, message === undefined ? { result } : { result, message });
      else if (result === "failed") others.push(`${title}: ${message ?? ""}`);
    }
  }
  return { rows, others };
}

function firstLine(text: string): string {
  return text.split("\n", 1)[0] ?? "";
}
