import type { Cloud } from "../start/cloud.ts";

/** The URLs in plain words, and lines to paste. */
export function bannerFor(cloud: Cloud, dataFolder: string | null): string {
  const { httpUrl, wsUrl, managementUrl, databaseUrl, databaseName } = cloud;
  return `
  HTTP API        ${httpUrl}
  WebSocket API   ${wsUrl}
  Management API  ${managementUrl}/@connections/{connectionId}
  View            ${httpUrl}/_local/
  Database        ${databaseUrl} (${databaseName}), ${dataFolder === null ? "in memory" : `kept in ${dataFolder}`}

  A token, then a connection:
    TOKEN=$(curl -s ${httpUrl}/_local/token -d '{"userId":"ana"}' | cut -d'"' -f4)
    npx wscat -c ${wsUrl} -H "Authorization: Bearer $TOKEN"

  Ctrl-C stops.
`;
}
