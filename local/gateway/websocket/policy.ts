/** What a Lambda authorizer's answer comes to. */
export type AuthorizerVerdict =
  | {
      readonly type: "allowed";
      readonly principalId: string;
      readonly context: Readonly<Record<string, string>>;
    }
  | { readonly type: "denied" }
  /** The service answers 500; `problem` is for the developer. */
  | { readonly type: "malformed"; readonly problem: string };

const LARGEST_RESULT = 8 * 1024;

/**
 * Reads an authorizer's answer and applies its policy to `methodArn`. Conditions, NotAction and NotResource
 * are not evaluated here and count as malformed, rather than being passed over in silence.
 */
export function readAuthorizerResult(result: unknown, methodArn: string): AuthorizerVerdict {
  if (!isObject(result)) return malformed("is not an object");
  if (Buffer.byteLength(JSON.stringify(result)) > LARGEST_RESULT) return malformed("is larger than 8 KB");
  const { principalId, policyDocument, context } = result;
  if (typeof principalId !== "string") return malformed("has no principalId");
  if (!isObject(policyDocument)) return malformed("has no policyDocument");
  const texts = readContext(context);
  if (texts === null) return malformed("has a context value that is not a string, number or boolean");
  const { Statement: given } = policyDocument;
  const statements: readonly unknown[] = Array.isArray(given) ? given : [given];
  let allowed = false;
  for (const statement of statements) {
    const effect = readStatement(statement, methodArn);
    if (effect === "malformed") return malformed("has a policy statement that cannot be read");
    if (effect === "Deny") return { type: "denied" };
    if (effect === "Allow") allowed = true;
  }
  return allowed ? { type: "allowed", principalId, context: texts } : { type: "denied" };
}

function readContext(context: unknown): Record<string, string> | null {
  if (context === undefined || context === null) return {};
  if (!isObject(context)) return null;
  const texts = Object.create(null) as Record<string, string>;
  for (const [key, value] of Object.entries(context)) {
    if (typeof value !== "string" && typeof value !== "number" && typeof value !== "boolean") return null;
    texts[key] = String(value);
  }
  return texts;
}

function readStatement(statement: unknown, methodArn: string): "Allow" | "Deny" | "none" | "malformed" {
  if (!isObject(statement)) return "malformed";
  const { Effect: effect, Action: action, Resource: resource } = statement;
  if (effect !== "Allow" && effect !== "Deny") return "malformed";
  if ("Condition" in statement || "NotAction" in statement || "NotResource" in statement) return "malformed";
  const actions = readList(action);
  const resources = readList(resource);
  if (actions === null || resources === null) return "malformed";
  const applies =
    actions.some((pattern) => matches(pattern.toLowerCase(), "execute-api:invoke")) &&
    resources.some((pattern) => matches(pattern, methodArn));
  return applies ? effect : "none";
}

function readList(value: unknown): readonly string[] | null {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  return list.length > 0 && list.every((item) => typeof item === "string") ? list : null;
}

/** IAM's wildcards: `*` any run of characters, `?` any one. */
function matches(pattern: string, value: string): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replace(/\*+/g, ".*")
    .replace(/\?/g, ".");
  return new RegExp(`^${source}$`, "s").test(value);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function malformed(problem: string): AuthorizerVerdict {
  return { type: "malformed", problem };
}
