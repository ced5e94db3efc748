import { once } from "node:events";
import { onTestFinished } from "vitest";
import { WebSocket } from "ws";

/** A client that keeps every frame until it is asked for, so that none is missed. */
export interface Socket {
  send(frame: unknown): void;
  /** The next frame of this type, whatever came before it. */
  next(type: string): Promise<Record<string, unknown>>;
  readonly closed: Promise<number>;
  close(): void;
}

const LIMIT_MS = 20_000;

export async function connect(url: string, headers: Record<string, string>): Promise<Socket> {
  const socket = new WebSocket(url, { headers });
  onTestFinished(() => socket.terminate());
  const frames: Record<string, unknown>[] = [];
  const closed = new Promise<number>((resolve) => socket.on("close", resolve));
  socket.on("message", (data: Buffer) => {
    frames.push(JSON.parse(data.toString()) as Record<string, unknown>);
    socket.emit("frame");
  });
  await once(socket, "open");
  return {
    closed,
    send: (frame) => socket.send(JSON.stringify(frame)),
    next: async (type) => {
      const limit = AbortSignal.timeout(LIMIT_MS);
      for (;;) {
        const index = frames.findIndex((frame) => frame["type"] === type);
        const [frame] = index < 0 ? [] : frames.splice(index, 1);
        if (frame !== undefined) return frame;
        await once(socket, "frame", { signal: limit });
      }
    },
    close: () => socket.close(),
  };
}
