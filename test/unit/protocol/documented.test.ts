import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { HTTP_STATUS } from "../../../lambdas/protocol/codes.ts";
import * as limits from "../../../lambdas/protocol/limits.ts";
import { ACTIONS, HTTP_ROUTES, PING } from "../../../lambdas/protocol/routes.ts";

const DOCUMENT = readFileSync(join(import.meta.dirname, "../../../docs/protocol.md"), "utf8");

function sectionUnder(heading: string): string {
  const [, section = ""] = DOCUMENT.split(`\n## ${heading}\n`);
  const [body = ""] = section.split("\n## ");
  return body;
}

/** The code spans in the first column of the table under a heading. */
function firstColumn(heading: string): readonly string[] {
  return sectionUnder(heading)
    .split("\n")
    .filter((line) => line.startsWith("| `"))
    .flatMap((line) =>
      [...(line.split(" | ")[0] ?? "").matchAll(/`([^`]+)`/g)].map(([, code]) => code ?? ""),
    );
}

describe("docs/protocol.md", () => {
  it("has every HTTP route, and no other", () => {
    const routes = firstColumn("HTTP routes")
      .filter((code) => /^[A-Z]+ \//.test(code))
      .map((code) => code.replace(/\?.*$/, ""));
    expect(routes.toSorted()).toEqual([...HTTP_ROUTES].toSorted());
  });

  it("has every action, and no other", () => {
    expect(firstColumn("WebSocket actions").toSorted()).toEqual([...ACTIONS, PING].toSorted());
  });

  it("has every frame of the client's with its answer", () => {
    const named = firstColumn("Every frame");
    expect([...ACTIONS, PING].filter((action) => !named.includes(action))).toEqual([]);
  });

  it("has every limit", () => {
    const section = sectionUnder("Limits");
    const written = Object.entries(limits).map(([name, value]) => {
      const text = value > 10_240 ? `${value / 1024} KB` : value.toLocaleString("en");
      return [name, text, new RegExp(`\\b${text}\\b`).test(section)];
    });
    expect(written.filter(([, , isThere]) => !isThere)).toEqual([]);
  });

  it("has every code", () => {
    expect(firstColumn("Errors").toSorted()).toEqual(Object.keys(HTTP_STATUS).toSorted());
  });
});
