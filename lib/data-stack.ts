import { CfnOutput, RemovalPolicy, Stack, type StackProps } from "aws-cdk-lib";
import { AttributeType, BillingMode, ProjectionType, StreamViewType, Table } from "aws-cdk-lib/aws-dynamodb";
import type { Key } from "aws-cdk-lib/aws-kms";
import type { Construct } from "constructs";
import { TABLE_SHAPE } from "../lambdas/store/table-shape.ts";
import { makeCustomerKey } from "./customer-key.ts";
import type { Settings } from "./settings.ts";

const TYPES = { S: AttributeType.STRING, N: AttributeType.NUMBER } as const;

/** What must outlive every deployment: the one table, and the key it may be encrypted with. */
export class DataStack extends Stack {
  readonly table: Table;
  /** Absent: the services' own keys encrypt. */
  readonly key?: Key;

  constructor(scope: Construct, id: string, props: StackProps & { readonly settings: Settings }) {
    super(scope, id, props);
    const { settings } = props;
    const text = (name: string) => ({ name, type: AttributeType.STRING });
    this.table = new Table(this, "Table", {
      partitionKey: text(TABLE_SHAPE.partitionKey),
      sortKey: text(TABLE_SHAPE.sortKey),
      billingMode: BillingMode.PAY_PER_REQUEST,
      stream: StreamViewType.NEW_AND_OLD_IMAGES,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: settings.pointInTimeRecovery },
      deletionProtection: !settings.disposable,
      removalPolicy: settings.disposable ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN,
    });
    for (const index of Object.values(TABLE_SHAPE.indexes)) {
      this.table.addGlobalSecondaryIndex({
        indexName: index.name,
        partitionKey: text(index.partitionKey),
        sortKey: { name: index.sortKey, type: TYPES[index.sortKeyType] },
        projectionType: ProjectionType.KEYS_ONLY,
      });
    }
    if (settings.customerKey) this.key = makeCustomerKey(this, settings);
    new CfnOutput(this, "TableName", { value: this.table.tableName });
  }
}
