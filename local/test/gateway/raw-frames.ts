/** One client frame as bytes, masked with zeros. `first` is the first byte: FIN, RSV and opcode. */
export function clientFrame(first: number, payload: Buffer): Buffer {
  const mask = Buffer.alloc(4);
  if (payload.length < 126)
    return Buffer.concat([Buffer.from([first, 0x80 | payload.length]), mask, payload]);
  if (payload.length < 65_536) {
    const header = Buffer.from([first, 0xfe, 0, 0]);
    header.writeUInt16BE(payload.length, 2);
    return Buffer.concat([header, mask, payload]);
  }
  const header = Buffer.from([first, 0xff, 0, 0, 0, 0, 0, 0, 0, 0]);
  header.writeBigUInt64BE(BigInt(payload.length), 2);
  return Buffer.concat([header, mask, payload]);
}
