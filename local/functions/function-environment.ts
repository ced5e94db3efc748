import type { FunctionModel } from "../assembly/model.ts";
import { accessKeyOf } from "../rights/access-keys.ts";
import { NO_AWS_CONFIGURATION } from "../processes/aws-configuration.ts";

/** Identifies one process of one function, to whoever decides which endpoints it talks to. */
export interface ProcessIdentity {
  readonly processId: string;
  readonly functionId: string;
  readonly functionName: string;
}

/**
 * Everything a function's process finds in its environment: what the template says, what Lambda's runtime
 * adds, and the local endpoints. Nothing of the environment of the local cloud itself.
 */
export function functionEnvironment(
  fn: FunctionModel,
  runtimeApi: string,
  endpoints: Readonly<Record<string, string>>,
): Record<string, string> {
  const [, , , region = "us-east-1"] = fn.arn.split(":");
  const name = deployedName(fn);
  return {
    // Lambda has no home folder: without these, the SDK would read this machine's own ~/.aws.
    ...NO_AWS_CONFIGURATION,
    ...fn.environment,
    ...endpoints,
    // Names the function to the services, which look up what its role may do.
    AWS_ACCESS_KEY_ID: accessKeyOf(fn.arn),
    AWS_SECRET_ACCESS_KEY: "local",
    AWS_SESSION_TOKEN: "local",
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_LAMBDA_FUNCTION_NAME: name,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(fn.memoryMb),
    AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
    AWS_LAMBDA_INITIALIZATION_TYPE: "on-demand",
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${name}`,
    AWS_LAMBDA_LOG_STREAM_NAME: "local",
    AWS_LAMBDA_RUNTIME_API: runtimeApi,
    _HANDLER: fn.handler,
    LAMBDA_TASK_ROOT: fn.codePath,
    LANG: "en_US.UTF-8",
    TZ: ":UTC",
  };
}

function deployedName(fn: FunctionModel): string {
  return fn.arn.split(":")[6] ?? fn.name;
}
