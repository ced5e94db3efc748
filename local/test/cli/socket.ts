import { once } from "node:events";
import { onTestFinished } from "vitest";
import { WebSocket } from "ws";
import { within } from "../support/pace.ts";

/** A client that keeps every frame until it is asked for, so that none is missed. */
export interface Socket {
  send(frame: unknown): void;
  /** The next frame of this type, whatever came before it. */
  next(type: string): Promise<Record<string, unknown>>;
  readonly closed: Promise<number>;
  close(): void;
}

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
      for (;;) {
        const index = frames.findIndex((frame) => frame["type"] === type);
        const [frame] = index < 0 ? [] : frames.splice(index, 1);
        if (frame !== undefined) return frame;
        await within(once(socket, "frame"), `a frame of type ${type}`);
      }
    },
    close: () => socket.close(),
  };
}
