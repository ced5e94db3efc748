// The arrows of the house: which room may import which. docs/adr/0001 says why they point one way.
const only = (name, from, allowed) => ({
  name,
  severity: "error",
  from: { path: from },
  to: { pathNot: [from, "^node:", ...allowed], dependencyTypesNot: ["core"] },
});

const ROOT = "^lambdas/runtime/composition\\.ts$";
const FUNCTIONS = ["websocket", "http", "admin", "authorizer", "worker", "sign-up"];

module.exports = {
  forbidden: [
    { name: "no-circles", severity: "error", from: {}, to: { circular: true } },
    { name: "no-circles-of-rooms", severity: "error", scope: "folder", from: {}, to: { circular: true } },
    {
      name: "no-junk-rooms",
      severity: "error",
      from: {},
      to: { path: "(^|/)(util|utils|helper|helpers|common|misc)(\\.ts$|/)", pathNot: "node_modules" },
    },
    {
      name: "protocol-imports-nothing",
      severity: "error",
      from: { path: "^lambdas/protocol/" },
      to: { pathNot: "^lambdas/protocol/" },
    },
    only("chat-knows-no-sdk", "^lambdas/chat/", ["^lambdas/protocol/"]),
    {
      name: "the-model-is-pure",
      severity: "error",
      from: { path: "^lambdas/chat/model/" },
      to: { pathNot: ["^lambdas/chat/model/", "^lambdas/protocol/"] },
    },
    {
      name: "steps-know-no-operation",
      severity: "error",
      from: { path: "^lambdas/chat/", pathNot: "^lambdas/chat/operations/" },
      to: { path: "^lambdas/chat/operations/" },
    },
    {
      name: "operations-share-steps-only",
      severity: "error",
      from: { path: "^lambdas/chat/operations/([^/]+)$" },
      to: { path: "^lambdas/chat/operations/", pathNot: "^lambdas/chat/operations/$1$" },
    },
    only("store", "^lambdas/store/", [
      "^lambdas/(chat|protocol)/",
      "node_modules/@aws-sdk/(client-dynamodb|lib-dynamodb|util-dynamodb)",
    ]),
    only("push", "^lambdas/push/", [
      "^lambdas/(chat|protocol)/",
      "node_modules/@aws-sdk/client-apigatewaymanagementapi",
    ]),
    {
      name: "runtime",
      severity: "error",
      from: { path: "^lambdas/runtime/", pathNot: ROOT },
      to: {
        pathNot: ["^lambdas/(runtime|chat|protocol)/", "aws-lambda$"],
        dependencyTypesNot: ["core"],
      },
    },
    only("composition-root", ROOT, [
      "^lambdas/(runtime|chat|protocol|store|push)/",
      "node_modules/@aws-sdk/",
    ]),
    ...FUNCTIONS.map((folder) => ({
      name: `function-${folder}`,
      severity: "error",
      from: { path: `^lambdas/${folder}/` },
      to: {
        pathNot: [`^lambdas/(${folder}|runtime|chat|protocol)/`, "aws-jwt-verify", "aws-lambda$"],
        dependencyTypesNot: ["core"],
      },
    })),
    {
      name: "functions-are-entered-by-the-service-only",
      severity: "error",
      from: { path: "^lambdas/" },
      to: { path: `^lambdas/(${FUNCTIONS.join("|")})/index\\.ts$` },
    },
    {
      name: "stacks-see-handlers-by-path-only",
      severity: "error",
      from: { path: "^lib/" },
      to: {
        pathNot: [
          "^lib/",
          "^lambdas/store/table-shape\\.ts$",
          "^lambdas/runtime/env-spec\\.ts$",
          "^lambdas/chat/metrics\\.ts$",
          "^lambdas/protocol/routes\\.ts$",
          "node_modules/",
        ],
        dependencyTypesNot: ["core"],
      },
    },
    only("stages-are-values", "^stages/", ["^lib/stage-settings\\.ts$"]),
    {
      name: "bin-makes-stacks",
      severity: "error",
      from: { path: "^bin/" },
      to: {
        pathNot: ["^lib/", "^stages/index\\.ts$", "node_modules/aws-cdk-lib"],
        dependencyTypesNot: ["core"],
      },
    },
    {
      name: "the-client-knows-the-wire-only",
      severity: "error",
      from: { path: "^client/", pathNot: "^client/test/" },
      to: { path: "^(lambdas|lib|bin|stages|local|test|bench)/", pathNot: "^lambdas/protocol/" },
    },
    {
      name: "the-local-cloud-knows-no-app",
      severity: "error",
      from: { path: "^local/" },
      to: { path: "^(lambdas|lib|bin|stages|test|client|bench)/" },
    },
    {
      name: "the-reference-is-written-from-the-wire",
      severity: "error",
      from: { path: "^reference/" },
      to: { path: "^(lambdas|lib|bin|stages|client|local|test|bench)/", pathNot: "^lambdas/protocol/" },
    },
    {
      name: "nobody-imports-the-reference-but-tests",
      severity: "error",
      from: { pathNot: "^(reference|test)/" },
      to: { path: "^reference/" },
    },
    {
      name: "nothing-but-tests-imports-tests",
      severity: "error",
      from: { pathNot: "^(test|bench|local/test|client/test)/" },
      to: { path: "^(test|bench|local/test|client/test)/" },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    exclude: { path: "(^|/)(cdk\\.out|\\.local|dist)/" },
    enhancedResolveOptions: {
      extensions: [".ts", ".js", ".json"],
      conditionNames: ["import", "node", "types", "default"],
    },
  },
};
