import type { Cloud } from "../start/cloud.ts";

export type Announced = Pick<
  Cloud,
  "httpUrl" | "wsUrl" | "managementUrl" | "queueUrl" | "databaseUrl" | "databaseName" | "outputs"
> & { model(): Pick<ReturnType<Cloud["model"]>, Served> };

type Served = "httpApis" | "restApis" | "webSocketApis" | "queues" | "tables" | "accountId";

/** The URLs of what the app has, in plain words, and lines to paste. */
export function bannerFor(
  cloud: Announced,
  { dataFolder, hasSite }: { readonly dataFolder: string | null; readonly hasSite: boolean },
): string {
  const { httpUrl, wsUrl, managementUrl, databaseUrl, databaseName } = cloud;
  const { httpApis, restApis, webSocketApis, queues, tables, accountId } = cloud.model();
  const lines: string[] = [];
  const add = (name: string, text: string): void => {
    lines.push(`${name.padEnd(15)} ${text}`);
  };
  if (hasSite) add("Page", `${httpUrl}/`);
  if (httpApis.length > 0) add("HTTP API", httpUrl);
  for (const { basePath } of restApis) add("REST API", `${httpUrl}${basePath}/`);
  if (webSocketApis.length > 0) {
    add("WebSocket API", wsUrl);
    add("Management API", `${managementUrl}/@connections/{connectionId}`);
  }
  for (const { name } of queues) add("Queue", `${cloud.queueUrl}/${accountId}/${name}`);
  add("View", `${httpUrl}/_local/`);
  const kept = dataFolder === null ? "in memory" : `kept in ${dataFolder}`;
  if (tables.length > 0) add("Database", `${databaseUrl} (${databaseName}), ${kept}`);

  if (cloud.outputs.length > 0) lines.push("", "Outputs:");
  for (const { name, value } of cloud.outputs) lines.push(`  ${name} = ${value}`);
  lines.push(...linesToPaste(cloud), "", "Ctrl-C stops.");
  return `\n${lines.map((line) => (line === "" ? "" : `  ${line}`)).join("\n")}\n`;
}

function linesToPaste(cloud: Announced): readonly string[] {
  const { httpUrl, wsUrl } = cloud;
  const { httpApis, restApis, webSocketApis } = cloud.model();
  const takesTokens =
    httpApis.some(({ routes }) => routes.some(({ authorizer }) => authorizer !== undefined)) ||
    restApis.some(({ methods }) => methods.some(({ authorizer }) => authorizer?.type === "cognito"));
  const isGuarded = webSocketApis.some(({ routes }) =>
    routes.some(({ authorizer }) => authorizer !== undefined),
  );
  const connects = webSocketApis.length > 0;
  const bearer = takesTokens && isGuarded ? ' -H "Authorization: Bearer $TOKEN"' : "";
  const lines = [
    ...(takesTokens
      ? [`  TOKEN=$(curl -s ${httpUrl}/_local/token -d '{"userId":"ana"}' | cut -d'"' -f4)`]
      : []),
    ...(connects ? [`  npx wscat -c ${wsUrl}${bearer}`] : []),
  ];
  if (lines.length === 0) return [];
  const heading = [...(takesTokens ? ["a token"] : []), ...(connects ? ["a connection"] : [])].join(
    ", then ",
  );
  return ["", `${heading[0]?.toUpperCase() ?? ""}${heading.slice(1)}:`, ...lines];
}
