import { describe, expect, it } from "vitest";
import { CHAIN_LIMIT, isChainUsedUp, traceInvocation } from "../../functions/trace-header.ts";

describe("a chain of invocations", () => {
  it("counts each function's runs by itself, and keeps its root", () => {
    const first = traceInvocation("A", []);
    const other = traceInvocation("B", [first.header]);
    const again = traceInvocation("A", [other.header]);
    expect([first.run, other.run, again.run]).toEqual([1, 1, 2]);
    const rootOf = (header: string) => /Root=([^;]+)/.exec(header)?.[1];
    expect(rootOf(again.header)).toBe(rootOf(first.header));
    expect(again.header).not.toBe(first.header);
  });

  it("goes on from the longest of those that led to it", () => {
    const short = traceInvocation("A", []);
    const long = traceInvocation("A", [traceInvocation("A", []).header]);
    expect(traceInvocation("A", [short.header, long.header]).run).toBe(3);
  });

  it("is used up after the runs that Lambda grants", () => {
    let header: string | undefined;
    for (let runs = 0; runs < CHAIN_LIMIT; runs += 1) {
      expect(isChainUsedUp("A", header)).toBe(false);
      header = traceInvocation("A", header === undefined ? [] : [header]).header;
    }
    expect(isChainUsedUp("A", header)).toBe(true);
    expect(isChainUsedUp("B", header)).toBe(false);
  });

  it.each(["", "Root=", "nonsense", "Lineage=", "Lineage=a:x|:|b", "Root=1-a;Lineage=c:-3"])(
    "begins anew behind a header that tells nothing: %j",
    (header) => expect(traceInvocation("A", [header]).run).toBe(1),
  );
});
