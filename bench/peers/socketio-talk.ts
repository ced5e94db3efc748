import { setTimeout as delay } from "node:timers/promises";
import { percentileOf } from "../measures/durations.ts";
import { openDevice, seedSocketIo, startSocketIo } from "./socketio.ts";
import { startSlowWire } from "./slow-wire.ts";
import type { Started } from "./started.ts";

/** What one round of sends has shown, medians once the first third is over; times as the devices see them. */
export interface TalkShown {
  readonly firstPushMs: number;
  readonly ackMs: number;
  /** Messages told to another device, a send. */
  readonly pushes: number;
  /** The share of sends answered by an ack. */
  readonly acked: number;
}

/** Two people with two devices each on Socket.IO, behind a slow way to PostgreSQL. */
export interface SocketIoTalk {
  /** One message after the other from one device; the next waits for the ack and every push. */
  show(sends: number, delayMs: number): Promise<TalkShown>;
}

const CONVERSATION = "talk";
const OWNERS = ["ana", "ana", "ben", "ben"];
/** A push that has not come by then is lost. */
const LOST_MS = 5_000;

export async function startSocketIoTalk(postgresFolder: string, started: Started): Promise<SocketIoTalk> {
  await seedSocketIo(postgresFolder, new Map([[CONVERSATION, [...new Set(OWNERS)]]]));
  const wire = await started.add(startSlowWire(postgresFolder));
  const { url } = await started.add(startSocketIo(wire.folder));
  let onPush = (): void => undefined;
  const [sender, ...others] = await Promise.all(
    OWNERS.map((userId) => started.add(openDevice(url, userId, () => onPush()))),
  );

  const sendOne = async (content: string) => {
    const begun = performance.now();
    const pushes: number[] = [];
    const told = new Promise<void>((resolve) => {
      onPush = () => {
        if (pushes.push(performance.now() - begun) === others.length) resolve();
      };
    });
    const { message } = await sender!.send(CONVERSATION, content);
    const ackMs = performance.now() - begun;
    await Promise.race([told, delay(LOST_MS, undefined, { ref: false })]);
    return { ackMs, acked: message?.content === content, pushes };
  };
  return {
    show: async (sends, delayMs) => {
      wire.delayMs = delayMs;
      const sent: Awaited<ReturnType<typeof sendOne>>[] = [];
      for (let n = 0; n < sends; n += 1) sent.push(await sendOne(`Message ${n} `.padEnd(200, "x")));
      const warm = sent.slice(Math.floor(sends / 3));
      const median = (values: readonly number[]): number => percentileOf(values, 0.5);
      return {
        firstPushMs: median(warm.flatMap(({ pushes }) => pushes.slice(0, 1))),
        ackMs: median(warm.map(({ ackMs }) => ackMs)),
        pushes: sent.reduce((sum, { pushes }) => sum + pushes.length, 0) / sends,
        acked: sent.filter(({ acked }) => acked).length / sends,
      };
    },
  };
}
