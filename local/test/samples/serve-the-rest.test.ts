import { RemovalPolicy } from "aws-cdk-lib";
import { HttpApi, HttpMethod } from "aws-cdk-lib/aws-apigatewayv2";
import { HttpIamAuthorizer } from "aws-cdk-lib/aws-apigatewayv2-authorizers";
import { HttpLambdaIntegration } from "aws-cdk-lib/aws-apigatewayv2-integrations";
import { Alarm } from "aws-cdk-lib/aws-cloudwatch";
import { Code, Function as Lambda, Runtime } from "aws-cdk-lib/aws-lambda";
import { LogRetention, RetentionDays } from "aws-cdk-lib/aws-logs";
import { Bucket } from "aws-cdk-lib/aws-s3";
import { expect, test } from "vitest";
import { getJson } from "../cli/fixture.ts";
import { serveApp, type AppParts } from "./made-app.ts";

/** Most of it is served; a bucket, a function in Python and a route for signed requests are not. */
function gallery({ stack, lambda }: AppParts): void {
  const bucket = new Bucket(stack, "Pictures", { removalPolicy: RemovalPolicy.DESTROY });
  const web = lambda(
    "Web",
    "exports.handler = async () => ({ bucket: process.env.BUCKET, arn: process.env.ARN });",
    {
      BUCKET: bucket.bucketName,
      ARN: bucket.bucketArn,
    },
  );
  const resize = new Lambda(stack, "Resize", {
    code: Code.fromInline("def handler(event, context): return {}"),
    handler: "index.handler",
    runtime: Runtime.PYTHON_3_13,
    environment: { BUCKET: bucket.bucketName },
  });
  const api = new HttpApi(stack, "Api");
  const route = (path: string, fn: Lambda, more = {}): void => {
    const integration = new HttpLambdaIntegration(`To${path.slice(1)}`, fn);
    api.addRoutes({ path, methods: [HttpMethod.GET], integration, ...more });
  };
  route("/pictures", web);
  route("/small", resize);
  route("/signed", web, { authorizer: new HttpIamAuthorizer() });
  new Alarm(stack, "Failing", { metric: web.metricErrors(), threshold: 1, evaluationPeriods: 1 });
  new LogRetention(stack, "Kept", { logGroupName: "/gallery", retention: RetentionDays.ONE_WEEK });
}

test("what can be served is, and the rest is listed once with what names it", async () => {
  const cloud = await serveApp("Gallery", gallery, ["--serve-the-rest"]);
  const log = cloud.log();
  const lines = log.split("\n");
  const from = lines.indexOf("Not served; what needs it fails when it is used:");
  expect(lines.slice(from + 1, lines.indexOf("", from))).toEqual(
    expect.arrayContaining([
      "  Gallery/Pictures (AWS::S3::Bucket): this type of resource is not served locally. Named by Gallery/Web, Gallery/Resize.",
      expect.stringMatching(
        /^ {2}Gallery\/Resize \(AWS::Lambda::Function\): the runtime python3\.13 is not run locally, only Node\.js is\. Named by Gallery\/Api\/.+\.$/,
      ),
      expect.stringMatching(
        /^ {2}Gallery\/Api\/GET--signed \(AWS::ApiGatewayV2::Route\): the authorization AWS_IAM is not served/,
      ),
    ]),
  );
  expect(log.match(/Gallery\/Pictures \(/g)).toHaveLength(1);
  expect(log).toMatch(/^Passed over, .*1 AWS::CloudWatch::Alarm, .*1 Custom::LogRetention\.$/m);

  const { body } = await getJson(`${cloud.httpUrl}/pictures`);
  expect(body).toEqual({
    bucket: expect.stringMatching(/^gallery-pictures[a-z0-9-]*$/) as string,
    arn: expect.stringMatching(/^arn:aws:s3:::gallery-pictures/) as string,
  });
});

test("what needs something that is not served fails when it is used, and the log says why", async () => {
  const cloud = await serveApp("Gallery", gallery, ["--serve-the-rest"]);
  for (const [path, name] of [
    ["/small", "Resize"],
    ["/signed", "GET--signed"],
  ] as const) {
    expect(await getJson(cloud.httpUrl + path), path).toEqual({
      status: 500,
      body: { message: "Internal Server Error" },
    });
    expect(cloud.log()).toMatch(new RegExp(`${name} GET ${path} .* NotServedLocally: Gallery/.* is not `));
  }
});
