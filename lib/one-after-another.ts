import { CfnRoute, CfnRouteResponse } from "aws-cdk-lib/aws-apigatewayv2";
import type { CfnResource } from "aws-cdk-lib";
import type { Construct } from "constructs";

/**
 * Has CloudFormation make the routes of an API one after another. It makes siblings at once, and API Gateway then
 * refuses some: its control plane takes few calls a second from an account, and one change of an API at a time.
 */
export function makeOneAfterAnother(api: Construct): void {
  let previous: CfnResource | null = null;
  for (const construct of api.node.findAll()) {
    if (!(construct instanceof CfnRoute) && !(construct instanceof CfnRouteResponse)) continue;
    if (previous) construct.addDependency(previous);
    previous = construct;
  }
}
