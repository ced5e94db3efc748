import { CfnOutput } from "aws-cdk-lib";
import { Cors, LambdaRestApi } from "aws-cdk-lib/aws-apigateway";
import { Queue } from "aws-cdk-lib/aws-sqs";
import { expect, test } from "vitest";
import { getJson } from "../cli/fixture.ts";
import { serveApp, type AppParts } from "./made-app.ts";

function shop({ stack, lambda }: AppParts): void {
  const queue = new Queue(stack, "Orders", { queueName: "orders" });
  const web = lambda(
    "Web",
    "exports.handler = async ({ path, httpMethod }) => ({ statusCode: 200, body: JSON.stringify({ path, httpMethod }) });",
  );
  const api = new LambdaRestApi(stack, "Api", {
    handler: web,
    defaultCorsPreflightOptions: { allowOrigins: Cors.ALL_ORIGINS },
  });
  new CfnOutput(stack, "Lamps", { value: api.urlForPath("/lamps") });
  new CfnOutput(stack, "OrdersUrl", { value: queue.queueUrl });
}

test("a REST API is served at its stage, and the start tells where, of what the app has alone", async () => {
  const cloud = await serveApp("Shop", shop);
  const { httpUrl } = cloud;
  expect(await getJson(`${httpUrl}/prod/lamps?color=green`)).toEqual({
    status: 200,
    body: { path: "/lamps", httpMethod: "GET" },
  });
  expect((await fetch(`${httpUrl}/prod/lamps`, { method: "OPTIONS" })).status).toBe(204);
  expect((await fetch(`${httpUrl}/lamps`)).status).toBe(404);

  const log = cloud.log();
  expect(log).toContain(`\n  REST API        ${httpUrl}/prod/\n`);
  expect(log).toMatch(new RegExp(`\n  Queue           ${httpUrl}/_aws/sqs/\\d+/orders\n`));
  expect(log).toContain(`\n    Shop.Lamps = ${httpUrl}/prod/lamps\n`);
  expect(log).toMatch(new RegExp(`\n    Shop.OrdersUrl = ${httpUrl}/_aws/sqs/\\d+/orders\n`));
  expect(log).not.toMatch(/HTTP API|WebSocket|wscat|Database|TOKEN/);
});

test("a REST API is called by its name, also where two have the same stage", async () => {
  const cloud = await serveApp("Shops", ({ stack, lambda }) => {
    for (const id of ["First", "Second"]) {
      const code = `exports.handler = async ({ path, requestContext: { domainName, stage } }) => ({
        statusCode: 200,
        body: path === "/asks"
          ? await (await fetch(\`https://\${domainName}/\${stage}/answers\`)).text()
          : JSON.stringify("${id} at " + path),
      });`;
      const api = new LambdaRestApi(stack, id, { handler: lambda(`${id}Web`, code) });
      new CfnOutput(stack, `${id}Asks`, { value: api.urlForPath("/asks") });
    }
  });
  const urls = [...cloud.log().matchAll(/Shops\.\w+Asks = (\S+)/g)].map(([, url = ""]) => url);
  expect(urls).toHaveLength(2);
  const answers = await Promise.all(urls.map((url) => getJson(url)));
  expect(answers.map(({ body }) => body)).toEqual(["First at /answers", "Second at /answers"]);
});
