import { fieldsListOf, textMapOf, textOf, type Fields } from "./fields.ts";
import type { RestMockModel } from "./rest-model.ts";

const NOT_FIXED = "a mock whose answer is not fixed is not served locally.";

/**
 * A mock integration with a fixed answer: what the CDK makes of `addCorsPreflight`, its template for more than
 * one origin included. A sentence where it is another.
 */
export function restMockOf(integration: Fields): RestMockModel | string {
  const request = textMapOf(integration, "RequestTemplates")["application/json"] ?? "";
  const [, asked] = /^\s*\{\s*"?statusCode"?\s*:\s*"?(\d{3})"?\s*\}\s*$/.exec(request) ?? [];
  if (asked === undefined) return NOT_FIXED;
  const responses = fieldsListOf(integration, "IntegrationResponses");
  const response =
    responses.find((one) => isSelected(textOf(one, "SelectionPattern"), asked)) ??
    responses.find((one) => (textOf(one, "SelectionPattern") ?? "") === "");
  if (response === undefined) return "its mock has no response for its own status.";
  const headers = quotedTexts(textMapOf(response, "ResponseParameters"), "method.response.header.");
  const template = textMapOf(response, "ResponseTemplates")["application/json"] ?? "";
  const otherOrigins = originsOf(template);
  if (headers === null || (otherOrigins === undefined && /[$#]/.test(template))) return NOT_FIXED;
  return {
    type: "mock",
    status: Number(textOf(response, "StatusCode") ?? asked),
    headers,
    body: otherOrigins === undefined ? template : "",
    otherOrigins: otherOrigins ?? [],
  };
}

const isSelected = (pattern: string | undefined, status: string): boolean =>
  pattern !== undefined && pattern !== "" && new RegExp(`^(?:${pattern})$`).test(status);

/** The origins of the CDK's own template; undefined for any other. */
function originsOf(template: string): string[] | undefined {
  const [, condition] =
    /^#set\(\$origin = [^\n]+\n#if\(\$origin == ""\)\n[^\n]+\n#end\n#if\(([^\n]+)\)\n\s*#set\(\$context\.responseOverride\.header\.Access-Control-Allow-Origin = \$origin\)\n#end\s*$/.exec(
      template,
    ) ?? [];
  if (condition === undefined) return undefined;
  const tests = condition.split(" || ").map((test) => /^\$origin == "([^"]+)"$/.exec(test)?.[1]);
  return tests.every((origin) => origin !== undefined) ? tests : undefined;
}

/** Parameters of one kind whose values stand in single quotes: fixed; null where one is not. */
export function quotedTexts(
  parameters: Readonly<Record<string, string>>,
  prefix: string,
): Record<string, string> | null {
  const texts: Record<string, string> = {};
  for (const [name, value] of Object.entries(parameters)) {
    const [, text] = /^'(.*)'$/s.exec(value) ?? [];
    if (text === undefined || !name.startsWith(prefix)) return null;
    texts[name.slice(prefix.length)] = text;
  }
  return texts;
}
