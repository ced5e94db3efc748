import { WebSocket, type RawData } from "ws";

export type Frame = Readonly<Record<string, unknown>>;

/**
 * One connection of the load: answers go to who asked, by id; everything else to `onEvent`. Not the client of
 * `client/`: benchmarks time single frames, go past limits and talk to other apps, which it does not, and where they
 * only send (`sends`), it would take 3.1 ms of CPU a send in place of 1.8, of the cores that are measured.
 */
export interface LoadSocket {
  /** Resolves with the frame that answers; rejects after `limitMs` or when the socket closes. */
  ask(frame: Frame, limitMs?: number): Promise<Frame>;
  /** The one question whose answer bears no id. */
  ping(limitMs?: number): Promise<Frame>;
  /** Set while the socket has not been asked to close. */
  readonly closedBy: string | undefined;
  close(): Promise<void>;
}

const LIMIT_MS = 15_000;

interface Asked {
  readonly settle: (frame: Frame | Error) => void;
}

export async function openSocket(
  url: string,
  token: string | undefined,
  onEvent: (frame: Frame) => void = () => undefined,
): Promise<LoadSocket> {
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const socket = new WebSocket(url, { headers, perMessageDeflate: false });
  const asked = new Map<string, Asked>();
  const pings: Asked[] = [];
  let nextId = 0;
  let closing = false;
  let closedBy: string | undefined;

  socket.on("message", (data: RawData) => {
    const frame = JSON.parse((data as Buffer).toString("utf8")) as Frame;
    if (frame["type"] === "pong") pings.shift()?.settle(frame);
    else if (typeof frame["id"] === "string") take(frame["id"])?.settle(frame);
    else onEvent(frame);
  });
  socket.on("error", () => undefined);
  const closed = new Promise<void>((resolve) => {
    socket.once("close", (code) => {
      if (!closing) closedBy = `code ${code}`;
      for (const { settle } of [...asked.values(), ...pings]) settle(new Error(`closed with ${code}`));
      resolve();
    });
  });
  const take = (id: string): Asked | undefined => {
    const found = asked.get(id);
    asked.delete(id);
    return found;
  };

  await new Promise<void>((resolve, reject) => {
    socket.once("open", resolve);
    socket.once("error", reject);
  });

  const within = (limitMs: number, register: (one: Asked) => () => void): Promise<Frame> =>
    new Promise((resolve, reject) => {
      const settle = (frame: Frame | Error): void => {
        clearTimeout(limit);
        if (frame instanceof Error) reject(frame);
        else resolve(frame);
      };
      const forget = register({ settle });
      const limit = setTimeout(() => {
        forget();
        reject(new Error(`no answer within ${limitMs} ms`));
      }, limitMs);
    });

  return {
    ask: (frame, limitMs = LIMIT_MS) => {
      const id = String(nextId++);
      const answer = within(limitMs, (one) => {
        asked.set(id, one);
        return () => asked.delete(id);
      });
      socket.send(JSON.stringify({ ...frame, id }));
      return answer;
    },
    ping: (limitMs = LIMIT_MS) => {
      const answer = within(limitMs, (one) => {
        pings.push(one);
        return () => pings.splice(pings.indexOf(one), 1);
      });
      socket.send(JSON.stringify({ action: "ping" }));
      return answer;
    },
    get closedBy() {
      return closedBy;
    },
    close: () => {
      closing = true;
      socket.close();
      return closed;
    },
  };
}
