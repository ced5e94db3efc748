import type { DynamoDBClientConfig } from "@aws-sdk/client-dynamodb";

/**
 * All that a client of the database would otherwise look up: what this machine has set for AWS, in variables or
 * in `~/.aws/config`, is not for a database on it. With `use_fips_endpoint`, say, the SDK refuses the endpoint.
 */
export const clientSettings = (endpoint: string, region: string): DynamoDBClientConfig => ({
  endpoint,
  region,
  credentials: { accessKeyId: "local", secretAccessKey: "local" },
  accountIdEndpointMode: "disabled",
  authSchemePreference: [],
  defaultsMode: "legacy",
  endpointDiscoveryEnabled: false,
  maxAttempts: 4,
  retryMode: "standard",
  useDualstackEndpoint: false,
  useFipsEndpoint: false,
  userAgentAppId: "",
});
