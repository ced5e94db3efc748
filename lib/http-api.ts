import { Duration } from "aws-cdk-lib";
import { CorsHttpMethod, HttpApi, HttpMethod, HttpStage } from "aws-cdk-lib/aws-apigatewayv2";
import { HttpJwtAuthorizer } from "aws-cdk-lib/aws-apigatewayv2-authorizers";
import { HttpLambdaIntegration } from "aws-cdk-lib/aws-apigatewayv2-integrations";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import { Construct } from "constructs";
import { ADMIN_ROUTES, HTTP_ROUTES, type HttpRoute } from "../lambdas/protocol/routes.ts";
import { httpAccessLog } from "./access-log.ts";
import type { Issuer } from "./identity-stack.ts";
import { makeOneAfterAnother } from "./one-after-another.ts";
import { throttleRoutes } from "./route-throttles.ts";
import type { Settings } from "./settings.ts";

type Method = HttpRoute extends `${infer M} ${string}` ? M : never;

const ROUTES = HTTP_ROUTES.map((route) => {
  const [method, path] = route.split(" ") as [Method, string];
  return { method, path, isForAdmins: (ADMIN_ROUTES as readonly string[]).includes(route) };
});

export interface HttpChatApiProps {
  readonly settings: Settings;
  readonly issuer: Issuer;
  readonly handler: IFunction;
  /** Of the routes for admins. */
  readonly admin: IFunction;
}

/** The HTTP API: every route behind the JWT authorizer, those for admins in a function of their own. */
export class HttpChatApi extends Construct {
  readonly api: HttpApi;

  constructor(scope: Construct, id: string, props: HttpChatApiProps) {
    super(scope, id);
    const { settings, issuer } = props;
    // The service refuses any other scheme: "Invalid format for origin", and the deployment rolls back.
    const origins = settings.allowedOrigins.filter((origin) => /^(\*$|https?:)/.test(origin));
    this.api = new HttpApi(this, "Api", {
      apiName: `parley-${settings.stage}-http`,
      createDefaultStage: false,
      ...(origins.length === 0
        ? {}
        : {
            corsPreflight: {
              allowOrigins: [...origins],
              allowMethods: [...new Set(ROUTES.map(({ method }) => CorsHttpMethod[method]))],
              allowHeaders: ["authorization", "content-type"],
              exposeHeaders: ["retry-after"],
              maxAge: Duration.hours(1),
            },
          }),
    });
    const authorizer = new HttpJwtAuthorizer("JwtAuthorizer", issuer.issuer, {
      jwtAudience: [...issuer.audiences, ...(issuer.machines ?? [])],
    });
    const served = { scopePermissionToRoute: false };
    const forAll = new HttpLambdaIntegration("HttpIntegration", props.handler, served);
    const forAdmins = new HttpLambdaIntegration("AdminIntegration", props.admin, served);
    for (const { method, path, isForAdmins } of ROUTES) {
      // The gateway takes them from `scope` or `scp`; the function asks for the one again, in `scope` alone.
      const scopes = isForAdmins ? { authorizationScopes: [settings.adminScope] } : {};
      const integration = isForAdmins ? forAdmins : forAll;
      this.api.addRoutes({ path, methods: [HttpMethod[method]], integration, authorizer, ...scopes });
    }
    makeOneAfterAnother(this);
    const accessLog = httpAccessLog(this, settings);
    const stage = new HttpStage(this, "Stage", {
      httpApi: this.api,
      stageName: "$default",
      autoDeploy: true,
      throttle: { rateLimit: settings.throttle.rate, burstLimit: settings.throttle.burst },
      ...(accessLog === undefined ? {} : { accessLogSettings: accessLog }),
    });
    throttleRoutes(this, stage, settings);
  }
}
