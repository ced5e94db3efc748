import { createHash } from "node:crypto";
import { isFields } from "./fields.ts";
import type { Resource } from "./resource.ts";

/** The account and region the app believes to run in. */
export interface Environment {
  readonly region: string;
  readonly accountId: string;
}

export const DNS_SUFFIX = "amazonaws.com";

/** Which property names a resource of this type, and how long an invented name may be. */
const NAMES: ReadonlyMap<string, { readonly property: string; readonly longest: number }> = new Map([
  ["AWS::Lambda::Function", { property: "FunctionName", longest: 64 }],
  ["AWS::DynamoDB::Table", { property: "TableName", longest: 255 }],
  ["AWS::DynamoDB::GlobalTable", { property: "TableName", longest: 255 }],
  ["AWS::SQS::Queue", { property: "QueueName", longest: 80 }],
  ["AWS::Events::EventBus", { property: "Name", longest: 256 }],
  ["AWS::SNS::Topic", { property: "TopicName", longest: 256 }],
  ["AWS::SSM::Parameter", { property: "Name", longest: 1011 }],
  ["AWS::Events::Rule", { property: "Name", longest: 64 }],
  ["AWS::Scheduler::Schedule", { property: "Name", longest: 64 }],
  ["AWS::IAM::Role", { property: "RoleName", longest: 64 }],
  ["AWS::Logs::LogGroup", { property: "LogGroupName", longest: 512 }],
]);

/** Types whose ids are so many letters and digits. */
const LETTERS: ReadonlyMap<string, number> = new Map([
  ["AWS::ApiGateway::Authorizer", 6],
  ["AWS::ApiGateway::Deployment", 6],
  ["AWS::ApiGateway::Resource", 6],
  ["AWS::ApiGateway::RestApi", 10],
  ["AWS::ApiGatewayV2::Api", 10],
  ["AWS::Cognito::UserPoolClient", 26],
]);

/**
 * The name CloudFormation would give or invent, the same on every start: tables and queues are found
 * again by it.
 */
export function physicalName(resource: Resource, evaluate: (value: unknown) => unknown): string {
  const letters = LETTERS.get(resource.type);
  if (letters !== undefined) return lettersOf(resource.key, letters);
  if (resource.type === "AWS::Cognito::UserPool") return `us-east-1_${lettersOf(resource.key, 9)}`;
  if (/^AWS::ApiGateway(V2)?::Stage$/.test(resource.type)) {
    return String(evaluate(resource.properties["StageName"]));
  }
  if (resource.type === "AWS::S3::Bucket") {
    const name = evaluate(resource.properties["BucketName"]);
    return typeof name === "string" ? name : bucketName(resource.key);
  }
  const rule = NAMES.get(resource.type);
  if (rule === undefined) return resource.key;
  const explicit = evaluate(resource.properties[rule.property]);
  if (typeof explicit === "string" && explicit !== "") return explicit;
  const invented = resource.key.replaceAll(/[^A-Za-z0-9_-]/g, "-");
  if (invented.length <= rule.longest) return invented;
  return `${invented.slice(0, rule.longest - 11)}-${lettersOf(resource.key, 10)}`;
}

/** What `Ref` yields. */
export function refOf(resource: Resource, name: string, at: Environment, queueUrl: string): string {
  switch (resource.type) {
    case "AWS::SQS::Queue":
      return `${queueUrl}/${at.accountId}/${name}`;
    case "AWS::SNS::Topic":
    case "AWS::IAM::ManagedPolicy":
      return arnOf(resource, name, at) ?? name;
    default:
      return name;
  }
}

/** What `Fn::GetAtt` yields; undefined for an attribute that means nothing here. */
export function attributeOf(
  resource: Resource,
  attribute: string,
  name: string,
  at: Environment,
  queueUrl: string,
): string | undefined {
  const arn = arnOf(resource, name, at);
  switch (attribute) {
    case "Arn":
    case "TableArn":
    case "QueueArn":
    case "TopicArn":
      return arn;
    case "StreamArn":
      return arn === undefined ? undefined : `${arn}/stream/local`;
    case "QueueName":
    case "TopicName":
    case "Name":
    case "ApiId":
    case "UserPoolId":
    case "ClientId":
    case "RoleId":
    case "TableId":
    case "RestApiId":
    case "ResourceId":
    case "DeploymentId":
    case "AuthorizerId":
      return name;
    case "RootResourceId":
      return lettersOf(`${resource.key}/`, 10);
    case "QueueUrl":
      return refOf(resource, name, at, queueUrl);
    case "ApiEndpoint":
      return `${resource.properties["ProtocolType"] === "WEBSOCKET" ? "wss" : "https"}://${executeApiHost(name, at)}`;
    case "ProviderName":
      return `cognito-idp.${at.region}.${DNS_SUFFIX}/${name}`;
    case "ProviderURL":
      return `https://cognito-idp.${at.region}.${DNS_SUFFIX}/${name}`;
    default:
      return undefined;
  }
}

/**
 * For a resource that is not served, so that what names it can be served all the same: of the form that the
 * service would give, leading nowhere.
 */
export function inventedAttribute(
  resource: Resource,
  attribute: string,
  name: string,
  at: Environment,
): string {
  const [, service = ""] = resource.type.split("::");
  if (/arn$/i.test(attribute)) {
    const place = resource.type === "AWS::S3::Bucket" ? "::" : `${at.region}:${at.accountId}:`;
    return `arn:aws:${service.toLowerCase()}:${place}${name}`;
  }
  if (/(url|uri)$/i.test(attribute)) return `https://${hostOf(service, name, at)}`;
  if (/(domainname|endpoint|address|host)$/i.test(attribute)) return hostOf(service, name, at);
  return `${name}.${attribute}`;
}

const hostOf = (service: string, name: string, at: Environment): string =>
  `${name.toLowerCase()}.${service.toLowerCase()}.${at.region}.${DNS_SUFFIX}`;

export const executeApiHost = (apiId: string, at: Environment): string =>
  `${apiId}.execute-api.${at.region}.${DNS_SUFFIX}`;

function arnOf(resource: Resource, name: string, at: Environment): string | undefined {
  const regional = `${at.region}:${at.accountId}`;
  switch (resource.type) {
    case "AWS::Lambda::Function":
      return `arn:aws:lambda:${regional}:function:${name}`;
    case "AWS::DynamoDB::Table":
    case "AWS::DynamoDB::GlobalTable":
      return `arn:aws:dynamodb:${regional}:table/${name}`;
    case "AWS::SQS::Queue":
      return `arn:aws:sqs:${regional}:${name}`;
    case "AWS::SNS::Topic":
      return `arn:aws:sns:${regional}:${name}`;
    case "AWS::SSM::Parameter":
      return `arn:aws:ssm:${regional}:parameter/${name.replace(/^\//, "")}`;
    case "AWS::Events::EventBus":
      return `arn:aws:events:${regional}:event-bus/${name}`;
    case "AWS::Events::Rule":
      return `arn:aws:events:${regional}:rule/${name}`;
    case "AWS::Scheduler::Schedule":
      return `arn:aws:scheduler:${regional}:schedule/default/${name}`;
    case "AWS::IAM::Role":
      return `arn:aws:iam::${at.accountId}:role/${name}`;
    case "AWS::IAM::ManagedPolicy":
      return `arn:aws:iam::${at.accountId}:policy/${name}`;
    case "AWS::Logs::LogGroup":
      return `arn:aws:logs:${regional}:log-group:${name}:*`;
    case "AWS::Cognito::UserPool":
      return `arn:aws:cognito-idp:${regional}:userpool/${name}`;
    case "AWS::KMS::Key":
      return `arn:aws:kms:${regional}:key/${name}`;
    default:
      return undefined;
  }
}

/** Lower case, digits and hyphens, at most 63. */
function bucketName(key: string): string {
  const name = key.toLowerCase().replaceAll(/[^a-z0-9-]/g, "-");
  return name.length <= 63 ? name : `${name.slice(0, 52)}-${lettersOf(key, 10)}`;
}

/** Lower-case letters and digits made from a key: ids look like the service's and never change. */
function lettersOf(key: string, length: number): string {
  const digest = createHash("sha256").update(key).digest();
  return Array.from(digest.subarray(0, length), (byte) => (byte % 36).toString(36)).join("");
}

/** `Worker` for the resource at `Messaging/Worker/Resource`, else the logical id. */
export function shortName(path: string, logicalId: string): string {
  const parts = path.split("/").filter((part) => part !== "Resource");
  return parts.length > 1 ? (parts.at(-1) ?? logicalId) : logicalId;
}

export function constructPath(stack: string, logicalId: string, metadata: unknown): string {
  const path = isFields(metadata) ? metadata["aws:cdk:path"] : undefined;
  return typeof path === "string" ? path.replace(/\/Resource$/, "") : `${stack}/${logicalId}`;
}
