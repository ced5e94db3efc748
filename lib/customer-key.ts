import { ArnFormat, Aws, RemovalPolicy, Stack } from "aws-cdk-lib";
import { CfnTable } from "aws-cdk-lib/aws-dynamodb";
import { AnyPrincipal, Effect, PolicyStatement, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { Key } from "aws-cdk-lib/aws-kms";
import { CfnLogGroup } from "aws-cdk-lib/aws-logs";
import { CfnQueue } from "aws-cdk-lib/aws-sqs";
import type { Construct, IConstruct } from "constructs";
import type { Settings } from "./settings.ts";

const USE = ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey"];

/**
 * A key of the deployment's own. Whoever may use the table or a queue uses the key through that service, as with the
 * services' own keys (KMS's developer guide, "kms:ViaService"); nobody needs it in their role, and nobody can decrypt
 * with it by themselves.
 */
export function makeCustomerKey(scope: Construct, { stage, disposable }: Settings): Key {
  const key = new Key(scope, "CustomerKey", {
    description: `parley-${stage}: table, queues and logs`,
    enableKeyRotation: true,
    removalPolicy: disposable ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN,
  });
  key.addToResourcePolicy(
    new PolicyStatement({
      effect: Effect.ALLOW,
      principals: [new AnyPrincipal()],
      actions: [...USE, "kms:CreateGrant"],
      resources: ["*"],
      conditions: {
        StringEquals: {
          "kms:CallerAccount": Aws.ACCOUNT_ID,
          "kms:ViaService": ["dynamodb", "sqs"].map((name) => `${name}.${Aws.REGION}.${Aws.URL_SUFFIX}`),
        },
      },
    }),
  );
  // CloudWatch Logs names the group in the encryption context ("Encrypt log data using AWS KMS").
  key.addToResourcePolicy(
    new PolicyStatement({
      principals: [new ServicePrincipal(`logs.${Aws.REGION}.${Aws.URL_SUFFIX}`)],
      actions: USE,
      resources: ["*"],
      conditions: {
        ArnLike: {
          "kms:EncryptionContext:aws:logs:arn": Stack.of(scope).formatArn({
            service: "logs",
            resource: "log-group",
            resourceName: "*",
            arnFormat: ArnFormat.COLON_RESOURCE_NAME,
          }),
        },
      },
    }),
  );
  return key;
}

/** Has the key encrypt every table, queue and log group there is so far. */
export function encryptAll(app: IConstruct, { keyArn }: Key): void {
  for (const construct of app.node.findAll()) {
    if (construct instanceof CfnTable) {
      construct.sseSpecification = { sseEnabled: true, sseType: "KMS", kmsMasterKeyId: keyArn };
    } else if (construct instanceof CfnQueue) {
      construct.sqsManagedSseEnabled = undefined;
      construct.kmsMasterKeyId = keyArn;
    } else if (construct instanceof CfnLogGroup) {
      construct.kmsKeyId = keyArn;
    }
  }
}
