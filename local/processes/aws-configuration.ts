/** For a program that is to find no `~/.aws`: the SDK and the command line read the files these name instead. */
export const NO_AWS_CONFIGURATION: Readonly<Record<string, string>> = {
  AWS_CONFIG_FILE: "/dev/null",
  AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
};
