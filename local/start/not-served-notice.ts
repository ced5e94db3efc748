import type { ReadAssembly } from "../assembly/read-assembly.ts";

/** Says of an app, once, what of it is not served; after a reload only what is new. */
export function createNotServedNotice(
  say: (text: string) => void,
): (reading: Pick<ReadAssembly, "notServed" | "passedOver">) => void {
  const said = new Set<string>();
  const fresh = (lines: readonly string[]): readonly string[] => {
    const found = lines.filter((line) => !said.has(line));
    for (const line of found) said.add(line);
    return found;
  };
  return ({ notServed, passedOver }) => {
    const types = fresh(passedOver);
    if (types.length > 0) say(`Passed over, having nothing to serve: ${types.join(", ")}.`);
    const lines = fresh(notServed);
    if (lines.length === 0) return;
    const heading = "Not served; what needs it fails when it is used:";
    say([heading, ...lines.map((line) => `  ${line}`)].join("\n"));
  };
}
