import type { WebSocketIntegrationModel } from "../../assembly/model.ts";
import { compileTemplate, type CompiledTemplate, type TemplateInput } from "./mapping-template.ts";
import { compileSelection, type Selection } from "./selection-expression.ts";

type MockModel = Extract<WebSocketIntegrationModel, { type: "mock" }>;

/** `body` is null where no integration response with a template fits: nothing can reach the client then. */
export type MockAnswer =
  | { readonly type: "answered"; readonly statusCode: number; readonly body: string | null }
  | { readonly type: "failed"; readonly problem: string };

export type CompiledMock =
  | { readonly type: "ok"; readonly run: (input: TemplateInput) => MockAnswer }
  /** A sentence without a subject: "uses `#set`, which …". */
  | { readonly type: "unsupported"; readonly problem: string };

type Templates =
  | { readonly type: "ok"; readonly pick: (body: string) => ((input: TemplateInput) => string) | null }
  | { readonly type: "unsupported"; readonly problem: string };

/** Compiled when the model is loaded, so that what cannot be served is known before the first frame. */
export function compileMock(model: MockModel): CompiledMock {
  const request = compileTemplates(model.requestTemplates, model.templateSelectionExpression);
  if (request.type === "unsupported") return request;
  const responses: { key: RegExp | null; templates: Templates & { type: "ok" } }[] = [];
  for (const response of model.responses) {
    const key = compileResponseKey(response.responseKey);
    if (key === "unsupported") {
      return unsupported(`has the integration response key "${response.responseKey}"`);
    }
    const templates = compileTemplates(response.templates, response.templateSelectionExpression);
    if (templates.type === "unsupported") return templates;
    responses.push({ key, templates });
  }
  return {
    type: "ok",
    run(input) {
      const render = request.pick(input.body);
      if (render === null) return { type: "failed", problem: "no request template fits the frame" };
      const statusCode = readStatusCode(render(input));
      if (statusCode === null) {
        return { type: "failed", problem: "the request template does not render to JSON with a statusCode" };
      }
      const response =
        responses.find(({ key }) => key?.test(String(statusCode)) === true) ??
        responses.find(({ key }) => key === null);
      const template = response?.templates.pick(input.body) ?? null;
      return { type: "answered", statusCode, body: template === null ? null : template(input) };
    },
  };
}

function compileTemplates(
  source: Readonly<Record<string, string>>,
  expression: string | undefined,
): Templates {
  const select: Selection | null = compileSelection(expression ?? "\\$default");
  if (select === null) return unsupported(`has the template selection expression "${expression ?? ""}"`);
  const compiled = new Map<string, CompiledTemplate & { type: "ok" }>();
  for (const [key, text] of Object.entries(source)) {
    const template = compileTemplate(text);
    if (template.type === "unsupported")
      return unsupported(`uses "${template.construct}" in a mapping template`);
    compiled.set(key, template);
  }
  return {
    type: "ok",
    pick: (body) => (compiled.get(select(body) ?? "$default") ?? compiled.get("$default"))?.render ?? null,
  };
}

/** `$default` (null) or a pattern of status codes between slashes: `/200/`, `/4\d\d/`. */
function compileResponseKey(key: string): RegExp | null | "unsupported" {
  if (key === "$default") return null;
  const [, pattern] = /^\/(.+)\/$/.exec(key) ?? [];
  if (pattern === undefined) return "unsupported";
  try {
    return new RegExp(`^(?:${pattern})$`);
  } catch {
    return "unsupported";
  }
}

function readStatusCode(text: string): number | null {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== "object" || value === null || !("statusCode" in value)) return null;
    const code = Number(value.statusCode);
    return Number.isInteger(code) && code >= 100 && code <= 599 ? code : null;
  } catch {
    return null;
  }
}

function unsupported(problem: string): { type: "unsupported"; problem: string } {
  return { type: "unsupported", problem };
}
