import { createHash } from "node:crypto";
import type { Message, MessageAttributes } from "./queue.ts";

/** What the service itself knows of a received message. */
export function systemAttributes(message: Message, accountId: string): Record<string, string> {
  return {
    ApproximateReceiveCount: String(message.receiveCount),
    SentTimestamp: String(message.sentAt),
    SenderId: accountId,
    ApproximateFirstReceiveTimestamp: String(message.firstReceivedAt ?? message.sentAt),
    ...(message.traceHeader === undefined ? {} : { AWSTraceHeader: message.traceHeader }),
  };
}

export function md5(text: string): string {
  return createHash("md5").update(text).digest("hex");
}

/** As the service digests them: names in order; length, name; length, type; transport type; length, value. */
export function md5OfAttributes(attributes: MessageAttributes): string | undefined {
  const names = Object.keys(attributes).sort();
  if (names.length === 0) return undefined;
  const hash = createHash("md5");
  const add = (bytes: Buffer): void => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    hash.update(length).update(bytes);
  };
  for (const name of names) {
    const attribute = attributes[name];
    if (attribute === undefined) continue;
    const isBinary = attribute.DataType.startsWith("Binary");
    add(Buffer.from(name));
    add(Buffer.from(attribute.DataType));
    hash.update(Buffer.from([isBinary ? 2 : 1]));
    add(
      isBinary
        ? Buffer.from(attribute.BinaryValue ?? "", "base64")
        : Buffer.from(attribute.StringValue ?? ""),
    );
  }
  return hash.digest("hex");
}
