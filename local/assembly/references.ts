import { isFields } from "./fields.ts";
import type { Resource } from "./resource.ts";
import { NOTHING_TO_SERVE } from "./resource-types.ts";
import type { StackFiles } from "./template.ts";

/**
 * Which of the app's resources name a resource, by `Ref`, `Fn::GetAtt`, `Fn::Sub` or an exported output.
 * Rights and watching are left out: they name everything.
 */
export function referrersIn(all: readonly Resource[]): (resource: Resource) => readonly Resource[] {
  const named = new Map<Resource, { readonly ids: Set<string>; readonly exports: Set<string> }>();
  for (const resource of all) {
    if (NOTHING_TO_SERVE.has(resource.type)) continue;
    const ids = new Set<string>();
    const exports = new Set<string>();
    collectNames(resource.properties, ids, exports);
    named.set(resource, { ids, exports });
  }
  return (resource) => {
    const exported = exportsOf(resource.stack, resource.logicalId);
    return [...named]
      .filter(([other, { ids, exports }]) => {
        if (other === resource) return false;
        if (other.stack === resource.stack && ids.has(resource.logicalId)) return true;
        return exported.some((name) => exports.has(name));
      })
      .map(([other]) => other);
  };
}

/** The names under which a stack exports something of a resource. */
function exportsOf(stack: StackFiles, logicalId: string): readonly string[] {
  const names: string[] = [];
  for (const { Export, Value } of Object.values(stack.template.Outputs ?? {})) {
    const ids = new Set<string>();
    collectNames(Value, ids, new Set());
    if (ids.has(logicalId) && typeof Export?.Name === "string") names.push(Export.Name);
  }
  return names;
}

function collectNames(value: unknown, ids: Set<string>, exports: Set<string>): void {
  if (Array.isArray(value)) {
    for (const item of value) collectNames(item, ids, exports);
    return;
  }
  if (!isFields(value)) return;
  for (const [key, item] of Object.entries(value)) {
    if (key === "Ref" && typeof item === "string") ids.add(item);
    else if (key === "Fn::ImportValue" && typeof item === "string") exports.add(item);
    else if (key === "Fn::GetAtt") ids.add(idOf(item));
    else {
      if (key === "Fn::Sub") namesOfText(Array.isArray(item) ? item[0] : item).forEach((id) => ids.add(id));
      collectNames(item, ids, exports);
    }
  }
}

const idOf = (attribute: unknown): string =>
  String(Array.isArray(attribute) ? attribute[0] : attribute).split(".")[0] ?? "";

const namesOfText = (text: unknown): string[] =>
  typeof text === "string" ? [...text.matchAll(/\$\{([^!}.]+)/g)].map(([, name]) => name ?? "") : [];
