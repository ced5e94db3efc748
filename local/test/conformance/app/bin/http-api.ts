import { Duration, type Stack } from "aws-cdk-lib";
import * as apigw from "aws-cdk-lib/aws-apigatewayv2";
import { HttpJwtAuthorizer } from "aws-cdk-lib/aws-apigatewayv2-authorizers";
import { HttpLambdaIntegration } from "aws-cdk-lib/aws-apigatewayv2-integrations";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import { AUDIENCE, ISSUER } from "../../parties.ts";

type Part = "actor" | "brief" | "single" | "double" | "small" | "broken";

export function addHttpApi(stack: Stack, functions: Record<Part, IFunction>): void {
  const api = new apigw.HttpApi(stack, "HttpApi", {
    corsPreflight: {
      allowOrigins: ["https://app.example"],
      allowMethods: [apigw.CorsHttpMethod.GET, apigw.CorsHttpMethod.POST],
      allowHeaders: ["authorization", "x-script"],
      exposeHeaders: ["x-shown"],
      maxAge: Duration.minutes(5),
    },
  });
  const jwt = new HttpJwtAuthorizer("Jwt", ISSUER, { jwtAudience: [AUDIENCE] });
  const add = (
    path: string,
    fn: IFunction,
    method: apigw.HttpMethod,
    more: Partial<apigw.AddRoutesOptions> = {},
  ): void => {
    const integration = new HttpLambdaIntegration(`To${path}${method}`.replace(/\W/g, ""), fn);
    api.addRoutes({ path, methods: [method], integration, ...more });
  };
  add("/actor", functions.actor, apigw.HttpMethod.ANY);
  add("/actor/{id}", functions.actor, apigw.HttpMethod.GET);
  add("/actor/fixed", functions.actor, apigw.HttpMethod.GET);
  add("/files/{proxy+}", functions.actor, apigw.HttpMethod.GET);
  add("/only-post", functions.actor, apigw.HttpMethod.POST);
  add("/secret", functions.actor, apigw.HttpMethod.GET, { authorizer: jwt });
  add("/scoped", functions.actor, apigw.HttpMethod.GET, {
    authorizer: jwt,
    authorizationScopes: ["notes.read", "notes.write"],
  });
  for (const name of ["brief", "single", "double", "small", "broken"] as const) {
    add(`/functions/${name}`, functions[name], apigw.HttpMethod.GET);
  }
}
