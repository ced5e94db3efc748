import type { Refusal } from "../rights/rights.ts";
import { sentenceOf } from "../rights/sentences.ts";
import { isTransaction } from "./database-plan.ts";
import type { DatabaseErrorName } from "./fault-set.ts";

const DYNAMODB = "com.amazonaws.dynamodb.v20120810";

interface ErrorShape {
  readonly status: number;
  readonly namespace: string;
  readonly message: string;
}

/** As DynamoDB's API reference lists them; the throttling of the account comes from its front end. */
const SHAPES: Record<DatabaseErrorName, ErrorShape> = {
  ProvisionedThroughputExceededException: {
    status: 400,
    namespace: DYNAMODB,
    message:
      "The level of configured provisioned throughput for the table was exceeded. Consider increasing your provisioning level with the UpdateTable API.",
  },
  TransactionConflictException: {
    status: 400,
    namespace: DYNAMODB,
    message: "Transaction is ongoing for the item",
  },
  InternalServerError: { status: 500, namespace: DYNAMODB, message: "Internal server error" },
  ThrottlingException: {
    status: 400,
    namespace: "com.amazon.coral.availability",
    message: "Rate of requests exceeds the allowed throughput.",
  },
  RequestLimitExceeded: {
    status: 400,
    namespace: DYNAMODB,
    message: "Throughput exceeds the current throughput limit for your account.",
  },
};

/** The answer that the SDK turns into this error. A conflict cancels a transaction instead, with its reasons. */
export function databaseError(
  name: DatabaseErrorName,
  operation: string,
  transactItems: number,
): { readonly status: number; readonly body: Buffer } {
  const { status, namespace, message } = SHAPES[name];
  if (name === "TransactionConflictException" && isTransaction(operation)) {
    const reasons = Array.from({ length: transactItems }, () => ({
      Code: "TransactionConflict",
      Message: message,
    }));
    const codes = reasons.map(({ Code }) => Code).join(", ");
    return {
      status,
      body: json({
        __type: `${namespace}#TransactionCanceledException`,
        Message: `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`,
        CancellationReasons: reasons,
      }),
    };
  }
  return { status, body: json({ __type: `${namespace}#${name}`, message }) };
}

/** Of the service's front end, as throttling of the account is; its `Message` begins with a capital. */
export function accessRefused(refusal: Refusal): ReturnType<typeof databaseError> {
  const __type = "com.amazon.coral.service#AccessDeniedException";
  return { status: 400, body: json({ __type, Message: sentenceOf(refusal) }) };
}

function json(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value));
}
