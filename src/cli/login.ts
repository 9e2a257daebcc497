import { createInterface } from "node:readline/promises";
import { SlipwayError } from "../base/index.ts";
import type { Command, Invocation } from "./command.ts";
import { chooseLogin, clientOf, trimUrl } from "./server-client.ts";
import { forgetLogin, saveLogin } from "./login-file.ts";

export const loginCommand: Command = {
  name: "login",
  summary: "Logs in to a server, so that the other commands speak to it.",
  operands: [{ name: "URL", description: "As `slipway up` prints it: http://127.0.0.1:8080" }],
  options: [
    {
      name: "token",
      value: "TOKEN",
      description:
        "A token of yours. By default SLIPWAY_TOKEN, or it is asked for; so it stays out of the shell's history.",
    },
    { name: "workspace", value: "NAME", description: 'The workspace that commands use. By default "default".' },
  ],
  details: [
    "The token is kept in ~/.config/slipway/login.json, which nobody else can read. `slipway logout` forgets it.",
  ],
  example: "slipway login http://127.0.0.1:8080",
  writesData: () => false,
  run: runLogin,
};

async function runLogin({ operands, options, output, signal }: Invocation): Promise<void> {
  const url = trimUrl(operands[0] ?? "");
  if (!/^https?:\/\/[^/\s]+$/.test(url)) {
    throw new SlipwayError("SLW_CLI_OPERAND", `"${url}" is not the URL of a server.`, {
      fix: "Give it as slipway up prints it: slipway login http://127.0.0.1:8080",
    });
  }
  const token = options["token"] ?? process.env["SLIPWAY_TOKEN"] ?? (await askForToken(signal));
  const login = { url, token, workspace: options["workspace"] ?? "default" };
  const workspace = await clientOf(login).getWorkspace();
  saveLogin(login, "always");
  output.line(`Logged in to ${output.bold(url)}, workspace ${workspace.name} (${workspace.role}).`);
}

async function askForToken(signal: AbortSignal): Promise<string> {
  if (!process.stdin.isTTY) {
    throw new SlipwayError("SLW_CLI_VALUE", "There is no token.", { fix: "Give --token TOKEN or set SLIPWAY_TOKEN." });
  }
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return (await terminal.question("Token: ", { signal })).trim();
  } finally {
    terminal.close();
  }
}

export const logoutCommand: Command = {
  name: "logout",
  summary: "Forgets the token of a server.",
  operands: [],
  options: [{ name: "url", value: "URL", description: "The server. By default the one that commands speak to." }],
  details: ["The token itself goes on working until it is revoked: slipway tokens revoke ID"],
  example: "slipway logout",
  writesData: () => false,
  run: ({ options, output }) => {
    const url = options["url"] ?? chooseLogin(options).url;
    output.line(forgetLogin(trimUrl(url)) ? `Logged out of ${url}.` : `There was no login to ${url}.`);
    return Promise.resolve();
  },
};
