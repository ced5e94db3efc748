/**
 * Reads the headers of a client's frames in the raw stream. `ws` limits whole messages only and shows no
 * single frames, while the service limits each frame to 32 KB and a message to 128 KB.
 */
export interface FrameMeter {
  /** Bytes as they come from the socket, before `ws` sees them. */
  read(chunk: Buffer): void;
}

export interface FrameMeterOptions {
  readonly frameBytes: () => number;
  readonly messageBytes: () => number;
  /** Called once, with the number of messages that were complete before the frame that is too large. */
  readonly onTooLarge: (messagesBefore: number) => void;
}

const LONGEST_HEADER = 14;
const CONTINUATION = 0x0;
const FIRST_CONTROL_OPCODE = 0x8;

export function createFrameMeter(options: FrameMeterOptions): FrameMeter {
  const header = Buffer.alloc(LONGEST_HEADER);
  let held = 0;
  let payloadLeft = 0;
  let messageBytes = 0;
  let messages = 0;
  let ended = false;

  function beginFrame(payload: number): void {
    payloadLeft = payload;
    const opcode = header.readUInt8(0) & 0x0f;
    if (opcode >= FIRST_CONTROL_OPCODE) return;
    messageBytes = opcode === CONTINUATION ? messageBytes + payload : payload;
    if (payload > options.frameBytes() || messageBytes > options.messageBytes()) {
      ended = true;
      options.onTooLarge(messages);
    } else if (header.readUInt8(0) >= 0x80) {
      messages += 1;
    }
  }

  return {
    read(chunk) {
      let at = 0;
      while (!ended && at < chunk.length) {
        if (payloadLeft > 0) {
          const skipped = Math.min(payloadLeft, chunk.length - at);
          payloadLeft -= skipped;
          at += skipped;
          continue;
        }
        header.writeUInt8(chunk.readUInt8(at), held);
        held += 1;
        at += 1;
        if (held < 2 || held < headerLength(header)) continue;
        held = 0;
        beginFrame(payloadLength(header));
      }
    },
  };
}

function headerLength(header: Buffer): number {
  const second = header.readUInt8(1);
  const length = second & 0x7f;
  return 2 + (length === 126 ? 2 : length === 127 ? 8 : 0) + (second >= 0x80 ? 4 : 0);
}

function payloadLength(header: Buffer): number {
  const length = header.readUInt8(1) & 0x7f;
  if (length < 126) return length;
  return length === 126 ? header.readUInt16BE(2) : Number(header.readBigUInt64BE(2));
}
