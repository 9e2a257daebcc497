import type { ErrorKind } from "./error-kind.ts";

/** The command line. */
export const commandLineErrors = {
  SLW_CLI_COMMAND: {
    status: 400,
    title: "There is no such command.",
    fix: "See all commands: slipway --help",
  },
  SLW_CLI_OPTION: {
    status: 400,
    title: "The command does not have this option, or not in this form.",
    fix: "See the command's options: slipway COMMAND --help",
  },
  SLW_CLI_OPERAND: {
    status: 400,
    title: "A file or argument is missing, or there is one too many.",
    fix: "See how the command is called: slipway COMMAND --help",
  },
  SLW_CLI_VALUE: {
    status: 400,
    title: "The value of an option cannot be used.",
    fix: "See the values that the option takes: slipway COMMAND --help",
  },
  SLW_CLI_COLUMN: {
    status: 400,
    title: "The file has no such column.",
    fix: "See the columns of a file: slipway profile FILE",
  },
  SLW_CLI_DOWN: {
    status: 500,
    title: "The server does not end.",
    fix: "Look at what it is doing in its log; kill -9 of the process that the message names loses nothing acknowledged.",
  },
  SLW_CLI_LOGIN: {
    status: 400,
    title: "The command needs a server and a token.",
    fix: "Start a server with slipway up, or log in to one: slipway login URL",
  },
  SLW_CLI_SERVER: {
    status: 400,
    title: "The server does not answer as a Slipway server does.",
    fix: "Start it with slipway up, or name the right one: slipway login URL",
  },
  SLW_CLI_OUTPUT: {
    status: 400,
    title: "The output file cannot be written there.",
    fix: "Name a file in a folder that exists and that you may write to.",
  },
  SLW_CLI_GIT: {
    status: 400,
    title: "git could not get the repository or the commit.",
    fix: "Check both with `git clone`; credentials come from git's own configuration.",
  },
  SLW_CLI_NODE_VERSION: {
    status: 400,
    title: "This Node is too old.",
    fix: "Install Node 24 from https://nodejs.org and repeat.",
  },
} as const satisfies Record<string, ErrorKind>;
