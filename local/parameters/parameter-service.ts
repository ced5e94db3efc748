import type { AppModel } from "../assembly/model.ts";
import type { ParameterModel } from "../assembly/messaging-model.ts";
import type { ActionOutcome, Actions, Input } from "../serving/json-service.ts";

/** Where functions find the parameter store, on the same port as the APIs. */
export const PARAMETER_PATH = "/_aws/ssm";

/** The parameters that the app's own templates have, as they stand there: reading them, nothing else. */
export function parameterActions(model: () => Pick<AppModel, "parameters">): Actions {
  const find = (name: unknown): ParameterModel | undefined =>
    model().parameters.find((one) => one.name === name || one.arn === name);
  const ok = (output: Input): ActionOutcome => ({ type: "ok", output });
  return {
    GetParameter: ({ Name: name }) => {
      const found = find(name);
      if (found !== undefined) return ok({ Parameter: shown(found) });
      return {
        type: "refused",
        name: "ParameterNotFound",
        message: `There is no parameter ${String(name)}.`,
      };
    },
    GetParameters: ({ Names: names }) => {
      const asked: readonly unknown[] = Array.isArray(names) ? names : [];
      return ok({
        Parameters: asked.flatMap((name) => find(name) ?? []).map(shown),
        InvalidParameters: asked.filter((name) => find(name) === undefined),
      });
    },
    GetParametersByPath: ({ Path: path, Recursive: recursive }) => {
      const folder = String(path).replace(/\/?$/, "/");
      const below = model().parameters.filter(({ name }) => {
        if (!name.startsWith(folder)) return false;
        return recursive === true || !name.slice(folder.length).includes("/");
      });
      return ok({ Parameters: below.map(shown) });
    },
  };
}

const shown = ({ name, arn, type, value }: ParameterModel): Input => ({
  Name: name,
  Type: type,
  Value: value,
  Version: 1,
  ARN: arn,
  DataType: "text",
});
