import { option, type Benchmark, type Figure } from "./benchmark.ts";
import { startFunctionStage } from "./functions/function-stage.ts";
import { startCloudContender } from "./peers/cloud-contender.ts";
import { FIRST_PUSH_LIMITS, oneSendFigures } from "./peers/one-send-figures.ts";
import { makeBed, playRounds } from "./peers/one-send.ts";
import { startPostgres, type Postgres, type PostgresStart } from "./peers/postgres.ts";
import { sideBySideFigures } from "./peers/side-by-side-figures.ts";
import { playSideBySide } from "./peers/side-by-side.ts";
import { startSlowDatabase } from "./peers/slow-database.ts";
import { startSocketIoContender } from "./peers/socketio-contender.ts";
import { startSocketIoTalk } from "./peers/socketio-talk.ts";
import { Started } from "./peers/started.ts";

type Options = Readonly<Record<string, number>>;

export const peers: Benchmark = {
  summary: "a send beside a handler as samples have it, and the local cloud beside Socket.IO with PostgreSQL",
  options: { sends: 60, rounds: 5, "database-ms": 5, pairs: 100, seconds: 5, "load-rounds": 3 },
  run: (options) =>
    stopping(async (started) => {
      const postgres = await postgresIn(started);
      return [
        ...(await stopping((own) => oneSend(options, postgres, own))),
        ...(postgres.type === "started"
          ? await stopping((own) => sideBySide(options, postgres.postgres, own))
          : [{ name: "beside Socket.IO", value: `skipped: ${postgres.message}` }]),
      ];
    }),
};

async function stopping<T>(work: (started: Started) => Promise<T>): Promise<T> {
  const started = new Started();
  try {
    return await work(started);
  } finally {
    await started.stop();
  }
}

async function postgresIn(started: Started): Promise<PostgresStart> {
  const start = await startPostgres();
  if (start.type === "started") await started.add(Promise.resolve(start.postgres));
  return start;
}

/** One send after the other, where a database call takes its time, and where it takes none. */
async function oneSend(options: Options, postgres: PostgresStart, started: Started): Promise<Figure[]> {
  const pushes: number[] = [];
  const stage = await started.add(
    startFunctionStage(() => pushes.push(Number(process.hrtime.bigint()) / 1e6)),
  );
  const database = await started.add(startSlowDatabase(stage.databaseUrl));
  const talk =
    postgres.type === "started" ? await startSocketIoTalk(postgres.postgres.folder, started) : null;
  const bed = await makeBed(stage, database, pushes, talk);
  const [rounds, sends] = [option(options, "rounds"), option(options, "sends")];
  const slow = option(options, "database-ms");
  return [
    ...oneSendFigures(
      `${slow} ms a database call`,
      await playRounds(bed, rounds, sends, slow),
      FIRST_PUSH_LIMITS,
    ),
    ...oneSendFigures("0 ms a database call", await playRounds(bed, rounds, sends, 0), null),
  ];
}

/** The same crowd on both, at the same rates. */
async function sideBySide(options: Options, postgres: Postgres, started: Started): Promise<Figure[]> {
  const pairs = option(options, "pairs");
  const cloud = await startCloudContender(pairs, started);
  const socketIo = await startSocketIoContender(pairs, postgres, started);
  const [cloudCourse, socketIoCourse] = await playSideBySide([cloud, socketIo], {
    rounds: option(options, "load-rounds"),
    seconds: option(options, "seconds"),
  });
  return sideBySideFigures(cloudCourse!, socketIoCourse!);
}
