import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";

/** Where a token comes from. */
export type TokenSource =
  | { readonly type: "local"; readonly userId: string }
  | { readonly type: "command"; readonly command: string };

export interface Options {
  readonly httpUrl: string;
  readonly wsUrl: string;
  readonly tokenSource: TokenSource;
  /** Whom to talk to from the start. */
  readonly withUser: string | null;
  readonly plain: boolean;
  /** Plain: goes on printing after the input has ended. */
  readonly follow: boolean;
  /** How many earlier messages are shown. */
  readonly history: number;
  /** What outlives the process is kept below it, by server and user; null: in memory only. */
  readonly dataFolder: string | null;
}

export type OptionsOutcome =
  | { readonly type: "run"; readonly options: Options }
  | { readonly type: "help" }
  /** One sentence. */
  | { readonly type: "misused"; readonly message: string };

const LOCAL_URL = "http://127.0.0.1:3000";
const HISTORY = 20;

/** @param command how it was called */
export const helpFor = (command: string): string => `Chats in a terminal.

  ${command} alice [--with bob]
  ${command} --http-url URL --ws-url URL --token-command 'COMMAND' [--with USER]

  NAME or --as NAME      who to be, on the local cloud that \`npm start\` runs
  --token-command CMD    a shell command that prints a token; run again when the last one has expired
  --http-url URL         the HTTP API (default ${LOCAL_URL})
  --ws-url URL           the WebSocket API (default: that of the local cloud at the HTTP URL)
  --with USER            opens the conversation with this user id, or the group of this title
  --history N            how many earlier messages to show (default ${HISTORY}; with --plain the unread ones)
  --plain                for pipes: each line of the input is sent to --with, each message is printed as one
                         line: time, sender's id, text and #number, with tabs between and \\n for a new line
                         in the text. A change has a line without tabs, such as "deleted #3".
                         Ends when the input has ended and all of it was sent
  --follow               with --plain: goes on printing after the input has ended
  --data DIR             where messages are kept that were not sent yet
                         (default $XDG_STATE_HOME/parley-chat or ~/.local/state/parley-chat)
  --no-data              keeps nothing on the disk
  --help                 this text

What is written while the network is down is kept, and goes out when it is back, also after a restart.
`;

export function parseOptions(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): OptionsOutcome {
  const parsed = parse(args);
  if (typeof parsed === "string") return misused(parsed);
  const { values, positionals } = parsed;
  if (values.help === true) return { type: "help" };
  if (positionals.length > (values.as === undefined ? 1 : 0))
    return misused(
      `One name says who you are: "${positionals.at(-1)}" is too many. --help lists the options.`,
    );
  const {
    as = positionals[0],
    "token-command": command,
    with: withUser = null,
    plain = false,
    follow = false,
  } = values;

  if ((as === undefined) === (command === undefined)) {
    return misused("Say who you are: either --as NAME (local), or --token-command 'COMMAND'.");
  }
  if (plain && withUser === null) return misused("--plain needs --with USER: whom the lines are for.");
  if (follow && !plain) return misused("--follow goes with --plain.");
  const httpUrl = urlOf(values["http-url"] ?? LOCAL_URL, ["http:", "https:"]);
  if (httpUrl === null)
    return misused(`--http-url must be an http or https URL, not "${values["http-url"]}".`);
  if (command !== undefined && values["ws-url"] === undefined) {
    return misused("--token-command needs --ws-url: the URL of the WebSocket API.");
  }
  const wsUrl = urlOf(values["ws-url"] ?? `${httpUrl.replace(/^http/, "ws")}/local`, ["ws:", "wss:"]);
  if (wsUrl === null) return misused(`--ws-url must be a ws or wss URL, not "${values["ws-url"]}".`);
  const history = values.history ?? (plain ? "0" : String(HISTORY));
  if (!/^\d{1,6}$/.test(history)) return misused(`--history must be a number of messages, not "${history}".`);

  const state = env["XDG_STATE_HOME"] || join(homedir(), ".local/state");
  return {
    type: "run",
    options: {
      httpUrl,
      wsUrl,
      tokenSource:
        as === undefined ? { type: "command", command: command ?? "" } : { type: "local", userId: as },
      withUser,
      plain,
      follow,
      history: Number(history),
      dataFolder: values["no-data"] === true ? null : resolve(values.data ?? join(state, "parley-chat")),
    },
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        as: { type: "string" },
        "token-command": { type: "string" },
        "http-url": { type: "string" },
        "ws-url": { type: "string" },
        with: { type: "string" },
        history: { type: "string" },
        plain: { type: "boolean" },
        follow: { type: "boolean" },
        data: { type: "string" },
        "no-data": { type: "boolean" },
        help: { type: "boolean", short: "h" },
      },
    });
  } catch (cause) {
    return `${(cause as Error).message.split(". ")[0]}. --help lists the options.`;
  }
}

/** Without a slash at its end; null for what is no such URL. */
function urlOf(text: string, protocols: readonly string[]): string | null {
  if (!URL.canParse(text) || !protocols.includes(new URL(text).protocol)) return null;
  return text.replace(/\/$/, "");
}

const misused = (message: string): OptionsOutcome => ({ type: "misused", message });
