import { GATEWAY_TYPES } from "./gateway-types.ts";
import { TAGS, type PropertyTable } from "./property-table.ts";

const TABLE_PROPERTIES: PropertyTable = {
  served: [
    "TableName",
    "AttributeDefinitions",
    "KeySchema",
    "GlobalSecondaryIndexes",
    "StreamSpecification",
    "TimeToLiveSpecification",
  ],
  withoutLocalEffect: [
    ...TAGS,
    "BillingMode",
    "ContributorInsightsSpecification",
    "DeletionProtectionEnabled",
    "OnDemandThroughput",
    "PointInTimeRecoverySpecification",
    "ProvisionedThroughput",
    "ResourcePolicy",
    "SSESpecification",
    "TableClass",
    "WarmThroughput",
  ],
};

export const SERVED_TYPES: ReadonlyMap<string, PropertyTable> = new Map<string, PropertyTable>([
  [
    "AWS::Lambda::Function",
    {
      served: [
        "Code",
        "Environment",
        "FunctionName",
        "Handler",
        "MemorySize",
        "PackageType",
        "RecursiveLoop",
        "ReservedConcurrentExecutions",
        "Role",
        "Runtime",
        "Timeout",
      ],
      withoutLocalEffect: [
        ...TAGS,
        "Architectures",
        "KmsKeyArn",
        "LoggingConfig",
        "RuntimeManagementConfig",
        "TracingConfig",
      ],
    },
  ],
  [
    "AWS::Lambda::EventSourceMapping",
    {
      served: [
        "BatchSize",
        "BisectBatchOnFunctionError",
        "DestinationConfig",
        "Enabled",
        "EventSourceArn",
        "FilterCriteria",
        "FunctionName",
        "FunctionResponseTypes",
        "MaximumBatchingWindowInSeconds",
        "MaximumRecordAgeInSeconds",
        "MaximumRetryAttempts",
        "ParallelizationFactor",
        "ScalingConfig",
        "StartingPosition",
      ],
      withoutLocalEffect: [...TAGS, "KmsKeyArn", "MetricsConfig"],
    },
  ],
  ...GATEWAY_TYPES,
  ["AWS::DynamoDB::Table", TABLE_PROPERTIES],
  [
    "AWS::DynamoDB::GlobalTable",
    {
      served: [...TABLE_PROPERTIES.served, "Replicas"],
      withoutLocalEffect: [
        ...TABLE_PROPERTIES.withoutLocalEffect,
        "WriteOnDemandThroughputSettings",
        "WriteProvisionedThroughputSettings",
      ],
    },
  ],
  [
    "AWS::SQS::Queue",
    {
      served: ["DelaySeconds", "MessageRetentionPeriod", "QueueName", "RedrivePolicy", "VisibilityTimeout"],
      withoutLocalEffect: [
        ...TAGS,
        "KmsDataKeyReusePeriodSeconds",
        "KmsMasterKeyId",
        "MaximumMessageSize",
        "ReceiveMessageWaitTimeSeconds",
        "RedriveAllowPolicy",
        "SqsManagedSseEnabled",
      ],
    },
  ],
  [
    "AWS::Events::Rule",
    {
      served: ["EventBusName", "EventPattern", "Name", "ScheduleExpression", "State", "Targets"],
      withoutLocalEffect: [...TAGS, "RoleArn"],
    },
  ],
  [
    "AWS::Scheduler::Schedule",
    {
      served: ["Name", "ScheduleExpression", "ScheduleExpressionTimezone", "State", "Target"],
      withoutLocalEffect: ["Description", "FlexibleTimeWindow", "GroupName", "KmsKeyArn"],
    },
  ],
  [
    "AWS::Events::EventBus",
    {
      served: ["Name"],
      withoutLocalEffect: [...TAGS, "DeadLetterConfig", "KmsKeyIdentifier", "LogConfig", "Policy"],
    },
  ],
  [
    "AWS::SNS::Topic",
    {
      served: ["Subscription", "TopicName"],
      withoutLocalEffect: [
        ...TAGS,
        "DataProtectionPolicy",
        "DeliveryStatusLogging",
        "DisplayName",
        "KmsMasterKeyId",
        "SignatureVersion",
        "TracingConfig",
      ],
    },
  ],
  [
    "AWS::SNS::Subscription",
    {
      served: ["Endpoint", "FilterPolicy", "FilterPolicyScope", "Protocol", "RawMessageDelivery", "TopicArn"],
      // Retries and dead letters are for endpoints that cannot be reached.
      withoutLocalEffect: ["DeliveryPolicy", "RedrivePolicy", "Region", "SubscriptionRoleArn"],
    },
  ],
  [
    "AWS::SSM::Parameter",
    {
      served: ["Name", "Type", "Value"],
      withoutLocalEffect: [...TAGS, "AllowedPattern", "DataType", "Policies", "Tier"],
    },
  ],
]);

/**
 * Rights, which functions are read with, logs and watching, and the user pool, whose place the local issuer takes. An `EventInvokeConfig`
 * says how often and where to an asynchronous call goes on after it has failed, which ends here with a line
 * in the log.
 */
export const NOTHING_TO_SERVE: ReadonlySet<string> = new Set([
  "AWS::ApiGatewayV2::Deployment",
  "AWS::CDK::Metadata",
  "AWS::ApiGateway::Account",
  "AWS::ApiGateway::Deployment",
  "AWS::ApiGateway::Model",
  "AWS::ApiGateway::RequestValidator",
  "AWS::CloudWatch::Alarm",
  "AWS::CloudWatch::AnomalyDetector",
  "AWS::CloudWatch::CompositeAlarm",
  "AWS::CloudWatch::Dashboard",
  "AWS::Cognito::UserPool",
  "AWS::Cognito::UserPoolClient",
  "AWS::Cognito::UserPoolDomain",
  "AWS::Cognito::UserPoolGroup",
  "AWS::IAM::Group",
  "AWS::IAM::InstanceProfile",
  "AWS::IAM::ManagedPolicy",
  "AWS::IAM::Policy",
  "AWS::IAM::Role",
  "AWS::IAM::RolePolicy",
  "AWS::IAM::ServiceLinkedRole",
  "AWS::KMS::Alias",
  "AWS::KMS::Key",
  "AWS::Events::EventBusPolicy",
  "AWS::Lambda::EventInvokeConfig",
  "AWS::Lambda::Permission",
  "AWS::Logs::LogGroup",
  "AWS::Logs::LogStream",
  "AWS::Logs::MetricFilter",
  "AWS::Logs::QueryDefinition",
  "AWS::SNS::TopicPolicy",
  "AWS::SQS::QueueInlinePolicy",
  "AWS::SQS::QueuePolicy",
  "AWS::Scheduler::ScheduleGroup",
  "Custom::LogRetention",
]);
