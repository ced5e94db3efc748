import { Duration, type Stack } from "aws-cdk-lib";
import * as rest from "aws-cdk-lib/aws-apigateway";
import { UserPool } from "aws-cdk-lib/aws-cognito";
import type { IFunction } from "aws-cdk-lib/aws-lambda";

type Part = "actor" | "brief" | "gatekeeper";

export function addRestApis(stack: Stack, { actor, brief, gatekeeper }: Record<Part, IFunction>): void {
  const api = new rest.RestApi(stack, "RestApi", {
    deployOptions: { stageName: "v1", variables: { color: "blue" } },
    binaryMediaTypes: ["image/*"],
  });
  api.addGatewayResponse("Unauthorized", {
    type: rest.ResponseType.UNAUTHORIZED,
    responseHeaders: { "Access-Control-Allow-Origin": "'*'" },
  });
  const integration = new rest.LambdaIntegration(actor);
  const actors = api.root.addResource("actor");
  actors.addMethod("ANY", integration);
  actors.addResource("{id}").addMethod("GET", integration);
  actors.addResource("fixed").addMethod("GET", integration);
  api.root.addResource("files").addProxy({ anyMethod: false }).addMethod("GET", integration);
  api.root.addResource("only-post").addMethod("POST", integration);
  api.root.addProxy({ anyMethod: false }).addMethod("DELETE", integration);
  api.root.addResource("brief").addMethod("GET", new rest.LambdaIntegration(brief));
  api.root
    .addResource("hasty")
    .addMethod("GET", new rest.LambdaIntegration(actor, { timeout: Duration.millis(400) }));

  const shared = api.root.addResource("shared", {
    defaultCorsPreflightOptions: {
      allowOrigins: ["https://one.example", "https://two.example"],
      allowMethods: ["GET", "PUT"],
      allowHeaders: ["x-script"],
      maxAge: Duration.minutes(5),
    },
  });
  shared.addMethod("GET", integration);

  const secret = api.root.addResource("secret");
  const add = (path: string, authorizer: rest.IAuthorizer): void => {
    secret.addResource(path).addMethod("GET", integration, { authorizer });
  };
  const token = new rest.TokenAuthorizer(stack, "Token", {
    handler: gatekeeper,
    validationRegex: "^Bearer .+$",
    resultsCacheTtl: Duration.seconds(0),
  });
  add("token", token);
  const remembered = new rest.TokenAuthorizer(stack, "Remembered", { handler: gatekeeper });
  add("remembered", remembered);
  add("remembered-too", remembered);
  add(
    "request",
    new rest.RequestAuthorizer(stack, "Request", {
      handler: gatekeeper,
      identitySources: [rest.IdentitySource.header("X-User"), rest.IdentitySource.queryString("door")],
      resultsCacheTtl: Duration.seconds(0),
    }),
  );
  const pool = new UserPool(stack, "Pool");
  pool.addClient("Web");
  add("pool", new rest.CognitoUserPoolsAuthorizer(stack, "PoolAuthorizer", { cognitoUserPools: [pool] }));

  // A second API whose stage has the same name.
  new rest.LambdaRestApi(stack, "SecondApi", { handler: actor, deployOptions: { stageName: "v1" } });
}
