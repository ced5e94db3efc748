/** Findings of cdk-nag that are accepted on certain resources. */
export interface AcceptedFinding {
  readonly rules: readonly string[];
  /** Resources, by their path below their stack without the `Resource` at its end. */
  readonly on: RegExp;
  /** Of a rule that finds several things on a resource, each named in brackets: those that are accepted. */
  readonly finding?: RegExp;
  readonly reason: string;
}

const FUNCTIONS = /^(WebSocket|Http|Admin|Authorizer|Worker|PostConfirmation)Function$/;
const DEPLOYMENT = /^Custom::CDKBucketDeployment\w+/;

/**
 * What is accepted, and why. Another resource with the same finding fails the synthesis; what nothing needs any
 * more fails a test.
 */
export const ACCEPTED: readonly AcceptedFinding[] = [
  {
    rules: ["AwsSolutions-APIG4"],
    on: /^WebSocket\/Route-/,
    reason:
      "API Gateway authorizes a WebSocket at $connect alone and takes an authorizer on no other route. The authorizer's context is bound to the connection and comes with each frame; the functions check the token's expiry at each.",
  },
  {
    rules: ["AwsSolutions-APIG1", "Serverless-APIGWAccessLogging"],
    on: /^(WebSocket|Http)\/Stage$/,
    reason:
      "A WebSocket stage logs accesses only where the account has a role for API Gateway, one for everybody in the account and region. A chat must not set it unasked: accessLogs is on, or with-account-role, where the account's owner wants it, and off is their choice too.",
  },
  {
    rules: ["Serverless-LambdaDLQ"],
    on: FUNCTIONS,
    reason:
      "A dead letter target is for asynchronous calls. These functions are called by API Gateway and Cognito, which wait for the answer, and by event source mappings, whose failures go to JobDeadLetters and StreamDeadLetters; the schedule's call is made anew by the next.",
  },
  {
    rules: ["Serverless-LambdaTracing"],
    on: FUNCTIONS,
    reason:
      "Each trace is paid for, beside an invocation that is kept as cheap as it can be. Log lines bear the ids of request, connection and user instead.",
  },
  {
    rules: ["Serverless-EventBusDLQ"],
    on: /^WorkerSources\/Sweep$/,
    reason:
      "A call of the sweep that is lost needs no rescue: the next, sweepMinutes later, looks at the same users. An alarm tells when the worker fails.",
  },
  {
    rules: ["Serverless-LambdaEventSourceMappingDestination"],
    on: /^WorkerSources\/Queue$/,
    reason:
      "Lambda takes failure destinations for streams alone. What fails of a queue stays in it, and goes to JobDeadLetters at the fifth try by its redrive policy.",
  },
  {
    rules: ["AwsSolutions-SQS3", "Serverless-SQSRedrivePolicy"],
    on: /^(Job|Stream)DeadLetters$/,
    reason:
      "It is a dead letter queue itself; an alarm watches it. The packs find StreamDeadLetters no such use because a stream's mapping names it, no other queue.",
  },
  {
    rules: ["AwsSolutions-COG2"],
    on: /^UserPool$/,
    reason:
      "A second factor asked of everybody is a decision about the product's users, not about its backend: the setting mfa is optional, required or off.",
  },
  {
    rules: ["AwsSolutions-COG8"],
    on: /^UserPool$/,
    reason:
      "The plan Plus is paid for each active user, and is the deployer's to choose: the setting threatProtection.",
  },
  {
    rules: ["AwsSolutions-DDB3"],
    on: /^Table$/,
    reason:
      "Only a stage that says it is disposable may go without point-in-time recovery; settings refuse it anywhere else.",
  },
  {
    rules: ["AwsSolutions-IAM4"],
    on: /^WebSocket\/GatewayLogRole$/,
    finding: /\/AmazonAPIGatewayPushToCloudWatchLogs$/,
    reason:
      "The policy that API Gateway's guide names for the account's log role. The role serves every API of the account, so that no policy of this one could name its log groups.",
  },
  {
    rules: ["AwsSolutions-S1"],
    on: /^Files$/,
    reason:
      "The bucket holds the page's public files, no data; the distribution alone may read it. Nobody else's access could show in its log.",
  },
  {
    rules: ["AwsSolutions-CFR1", "AwsSolutions-CFR2", "AwsSolutions-CFR3", "AwsSolutions-CFR4"],
    on: /^Distribution$/,
    reason:
      "It serves static public files. Where people may be is the deployer's to say, as is a web ACL before it (pageWebAclArn). Its log would hold addresses and no more. The least TLS version can be set beside a name and certificate of one's own alone (pageDomain, which sets TLS 1.2).",
  },
  {
    rules: [
      "AwsSolutions-L1",
      "Serverless-LambdaLatestVersion",
      "Serverless-LambdaDLQ",
      "Serverless-LambdaTracing",
    ],
    on: DEPLOYMENT,
    reason:
      "The CDK's own function, which copies the page's files while CloudFormation waits for it and fails the deployment if it fails. Its runtime and configuration are the library's.",
  },
  {
    rules: ["AwsSolutions-IAM4"],
    on: DEPLOYMENT,
    finding: /\/AWSLambdaBasicExecutionRole$/,
    reason: "The role is made by the CDK's BucketDeployment, which takes no other; it may write logs.",
  },
  {
    rules: ["AwsSolutions-IAM5"],
    on: /^(WebSocket|Http|Admin|Worker)FunctionRole$/,
    finding: /^Resource::arn:.*:execute-api:.*\/(POST|DELETE)\/@connections\/\*$/,
    reason:
      "Connections come and go: their ids cannot be named in a role. It is limited to this API, this stage and the two verbs that push and close.",
  },
  {
    rules: ["AwsSolutions-IAM5"],
    on: /^WorkerFunctionRole$/,
    finding: /^Resource::.*Table.*Arn.*\/stream\/\*$/,
    reason:
      "ListStreams is about a table's streams, not one of them: the narrowest form there is, that of SAM's DynamoDBStreamReadPolicy.",
  },
  {
    rules: ["AwsSolutions-IAM5"],
    on: /^Custom::CDKBucketDeployment\w+\/ServiceRole\/DefaultPolicy$/,
    finding: /^(Action::s3:(GetBucket|GetObject|List|Abort|DeleteObject)\*|Resource::.*)$/,
    reason:
      "The policy of the CDK's BucketDeployment: it reads the assets' bucket, writes the page's and asks the distribution to forget old files. It cannot be made narrower from outside.",
  },
];
