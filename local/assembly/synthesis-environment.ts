import { NO_AWS_CONFIGURATION } from "../processes/aws-configuration.ts";

/** Of the machine's AWS settings these say where an app would be deployed to, and apps read them. */
const WHERE = new Set(["AWS_REGION", "AWS_DEFAULT_REGION", "AWS_ACCOUNT_ID"]);

/**
 * The environment an app is synthesized in: this process's own, so that the app reads what it reads with
 * `cdk synth`, but without credentials, profiles and endpoints of AWS. Proxies stay: a bundling may have to
 * install packages through one.
 */
export function synthesisEnvironment(env: NodeJS.ProcessEnv): Record<string, string> {
  const passed = Object.entries(env).filter(
    (entry): entry is [string, string] =>
      entry[1] !== undefined && (!/^AWS_/i.test(entry[0]) || WHERE.has(entry[0])),
  );
  return { ...Object.fromEntries(passed), ...NO_AWS_CONFIGURATION, ...NO_METADATA };
}

/** Where the SDK looks for credentials at last, for seconds. */
const NO_METADATA = { AWS_EC2_METADATA_DISABLED: "true" };

/**
 * Variables of a terminal, a shell, a desktop, a package manager, a test runner or a proxy: other ones in each
 * window, and no app is made of them. All others count, known or not: the app may read any.
 */
const OF_THE_SESSION = [
  /^(?:_|PWD|OLDPWD|SHLVL|SHELL|PATH|MANPATH|INFOPATH|PS\d|PROMPT|PROMPT_COMMAND|HISTFILE|HISTSIZE|IFS|MAIL)$/,
  /^(?:TERM|COLORTERM|COLUMNS|LINES|COLORFGBG|NO_COLOR|FORCE_COLOR|CLICOLOR.*|LS_COLORS|LSCOLORS|LESS.*|PAGER)$/,
  /^(?:EDITOR|VISUAL|BROWSER|DISPLAY|WAYLAND_DISPLAY|XAUTHORITY|WINDOWID|WINDOWPATH|HOSTNAME|LOGNAME|INIT_CWD)$/,
  /^(?:PORT|DYNAMODB_ENDPOINT|NODE_CHANNEL_.*|NODE_UNIQUE_ID|NODE_APP_INSTANCE|NODE_V8_COVERAGE|V8_COVERAGE)$/,
  /^(?:(?:https?|all|no|ftp)_proxy|NODE_USE_ENV_PROXY|NODE_EXTRA_CA_CERTS|SSL_CERT_(?:FILE|DIR))$/i,
  /^(?:npm|pnpm|yarn|bun|BERRY|COREPACK|FNM|NVM|VOLTA|ASDF|MISE|DIRENV|NIX)_/i,
  /^(?:VITEST|JEST|TINYPOOL|VSCODE|CURSOR|JETBRAINS|INTELLIJ|TERMINAL|ITERM|WEZTERM|KITTY|ALACRITTY|GHOSTTY)(?:_|$)/,
  /^(?:TMUX|STY|SCREEN|ZELLIJ|WARP|STARSHIP|KONSOLE|GNOME|KDE|GTK|QT|XDG|DBUS|DESKTOP|VTE|WT|WSL|WSLENV)(?:_|$)/,
  /^(?:SSH|GPG|SUDO|SYSTEMD|INVOCATION|JOURNAL|LC|TERM)_|^GIT_(?:EDITOR|PAGER|ASKPASS|.*PROMPT)$|^(?:P9K|ZSH|BASH|FISH|ComSpec|PSModulePath)/,
];

/** What of the environment an app may be made of, in the order of the names. */
export const decisiveVariables = (env: NodeJS.ProcessEnv): readonly (readonly [string, string])[] =>
  Object.entries(synthesisEnvironment(env))
    .filter(([name]) => !OF_THE_SESSION.some((pattern) => pattern.test(name)))
    .sort(([a], [b]) => (a < b ? -1 : 1));
