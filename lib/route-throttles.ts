import { CfnRoute, CfnStage, type IStage } from "aws-cdk-lib/aws-apigatewayv2";
import type { Construct } from "constructs";
import type { Settings } from "./settings.ts";

/** Gives those of the API's routes that have limits of their own theirs. */
export function throttleRoutes(api: Construct, stage: IStage, { routeThrottles }: Settings): void {
  const routes = api.node.findAll().filter((construct) => construct instanceof CfnRoute);
  const keys = routes.map(({ routeKey }) => routeKey);
  const own = Object.entries(routeThrottles).filter(([route]) => keys.includes(route));
  const cfnStage = stage.node.defaultChild;
  if (own.length === 0 || !(cfnStage instanceof CfnStage)) return;
  cfnStage.routeSettings = Object.fromEntries(
    own.map(([route, { rate, burst }]) => [
      route,
      // As CloudFormation writes them: the property is JSON to it.
      { ThrottlingRateLimit: rate, ThrottlingBurstLimit: burst },
    ]),
  );
  // "Unable to find Route by key … within the provided RouteSettings": the stage has to wait for its routes.
  for (const route of routes) cfnStage.addResourceDependency(route);
}
