type Fields = Readonly<Record<string, unknown>>;

/**
 * The filter grammar of EventBridge's rules, of which those of Lambda's event source mappings and SNS's
 * subscriptions are parts: whether any of the patterns matches. No pattern at all lets everything pass.
 */
export function passesFilters(patterns: readonly unknown[], record: unknown): boolean {
  return (
    patterns.length === 0 || patterns.some((pattern) => isFields(pattern) && matchesFields(pattern, record))
  );
}

function matchesFields(pattern: Fields, value: unknown): boolean {
  // A list of objects matches when one of them does.
  if (Array.isArray(value)) return value.some((element) => matchesFields(pattern, element));
  const fields = isFields(value) ? value : {};
  return Object.entries(pattern).every(([name, rule]) => {
    if (name === "$or") {
      return Array.isArray(rule) && rule.some((branch) => isFields(branch) && matchesFields(branch, fields));
    }
    const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (Array.isArray(rule)) return rule.some((matcher) => matchesLeaf(matcher, field));
    return isFields(rule) && matchesFields(rule, field);
  });
}

function matchesLeaf(matcher: unknown, field: unknown): boolean {
  // Only leaves exist: the service compares paths to values, and an object is not a value.
  if (isFields(matcher) && "exists" in matcher)
    return matcher["exists"] === (field !== undefined && !isFields(field));
  if (field === undefined || isFields(field)) return false;
  if (Array.isArray(field)) return field.some((element) => matchesLeaf(matcher, element));
  if (!isFields(matcher)) return matcher === field;
  const rules = Object.entries(matcher);
  return rules.length > 0 && rules.every(([operator, operand]) => matchesOperator(operator, operand, field));
}

function matchesOperator(operator: string, operand: unknown, value: unknown): boolean {
  switch (operator) {
    case "prefix":
    case "suffix":
      return typeof value === "string" && matchesEnd(operator, operand, value);
    case "wildcard":
      return isText(operand) && isText(value) && matchesWildcard(operand, value);
    case "equals-ignore-case":
      return isText(operand) && isText(value) && operand.toLowerCase() === value.toLowerCase();
    case "anything-but":
      return isFields(operand)
        ? isText(value) && Object.entries(operand).every(([inner, rule]) => !matchesAny(inner, rule, value))
        : !(Array.isArray(operand) ? operand : [operand]).includes(value);
    case "numeric":
      return typeof value === "number" && Array.isArray(operand) && isInRange(operand, value);
    default:
      return false;
  }
}

function matchesAny(operator: string, operand: unknown, value: unknown): boolean {
  return (Array.isArray(operand) ? operand : [operand]).some((one) => matchesOperator(operator, one, value));
}

function matchesEnd(end: "prefix" | "suffix", operand: unknown, value: string): boolean {
  const [wanted, text] = isFields(operand)
    ? [lower(operand["equals-ignore-case"]), value.toLowerCase()]
    : [operand, value];
  if (!isText(wanted)) return false;
  return end === "prefix" ? text.startsWith(wanted) : text.endsWith(wanted);
}

/** `*` stands for any run of characters; `\\*` and `\\\\` for themselves. */
function matchesWildcard(pattern: string, value: string): boolean {
  const source = pattern.replace(/\\([*\\])|[.+?^${}()|[\]\\]|\*/g, (found, escaped?: string) =>
    found === "*" ? ".*" : `\\${escaped ?? found}`,
  );
  return new RegExp(`^${source}$`, "s").test(value);
}

/** `[">", 0, "<=", 5]`: pairs of comparison and bound, all of which must hold. */
function isInRange(rule: readonly unknown[], value: number): boolean {
  for (let at = 0; at < rule.length; at += 2) {
    const bound = rule[at + 1];
    if (typeof bound !== "number" || !compares(rule[at], value, bound)) return false;
  }
  return rule.length > 0;
}

function compares(operator: unknown, value: number, bound: number): boolean {
  switch (operator) {
    case "=":
      return value === bound;
    case "<":
      return value < bound;
    case "<=":
      return value <= bound;
    case ">":
      return value > bound;
    case ">=":
      return value >= bound;
    default:
      return false;
  }
}

function lower(value: unknown): unknown {
  return isText(value) ? value.toLowerCase() : value;
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
