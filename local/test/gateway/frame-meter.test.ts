import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createFrameMeter } from "../../gateway/websocket/frame-meter.ts";
import { clientFrame } from "./raw-frames.ts";

const FRAME = 300;
const MESSAGE = 70_000;

/** Messages complete before the frame that is too large; null if none is. */
function violation(stream: Buffer, cuts: readonly number[]): number | null {
  let found: number | null = null;
  const meter = createFrameMeter({
    frameBytes: () => FRAME,
    messageBytes: () => MESSAGE,
    onTooLarge: (messages) => (found = messages),
  });
  const edges = [0, ...cuts.map((cut) => cut % (stream.length + 1)).sort((a, b) => a - b), stream.length];
  for (const [at, edge] of edges.entries()) meter.read(stream.subarray(edges[at - 1] ?? 0, edge));
  return found;
}

const fine = fc.oneof(
  fc.integer({ min: 0, max: FRAME }).map((size) => [{ first: 0x81, size }]),
  fc.integer({ min: 0, max: 125 }).map((size) => [{ first: 0x89, size }]),
  fc.array(fc.integer({ min: 0, max: FRAME }), { minLength: 1, maxLength: 4 }).map((sizes) =>
    sizes.map((size, at) => ({
      first: (at === 0 ? 0x01 : 0) | (at === sizes.length - 1 ? 0x80 : 0),
      size,
    })),
  ),
);

describe("the frame meter", () => {
  it("finds the one frame that is too large, however the stream is cut, and counts the messages before it", () => {
    fc.assert(
      fc.property(
        fc.array(fine, { maxLength: 6 }),
        fc.constantFrom(FRAME + 1, 65_535, 65_536),
        fc.array(fc.nat(), { maxLength: 20 }),
        (messages, tooLarge, cuts) => {
          const frames = messages
            .flat()
            .map(({ first, size }) => clientFrame(first, Buffer.alloc(size, 0xff)));
          const text = messages.filter(([frame]) => frame?.first !== 0x89).length;
          expect(violation(Buffer.concat(frames), cuts)).toBeNull();
          const bad = clientFrame(0x81, Buffer.alloc(tooLarge, 0xff));
          expect(violation(Buffer.concat([...frames, bad, ...frames]), cuts)).toBe(text);
        },
      ),
      { numRuns: 100 },
    );
  });

  it("adds fragments up to the message's limit, control frames between them aside", () => {
    const parts = (count: number): Buffer[] => [
      clientFrame(0x01, Buffer.alloc(FRAME)),
      ...Array.from({ length: count - 1 }, () => [
        clientFrame(0x89, Buffer.alloc(100)),
        clientFrame(0, Buffer.alloc(FRAME)),
      ]).flat(),
    ];
    expect(violation(Buffer.concat(parts(233)), [])).toBeNull();
    expect(violation(Buffer.concat([clientFrame(0x81, Buffer.alloc(1)), ...parts(234)]), [])).toBe(1);
  });
});
