/** The API's client for commands: its failures are SlipwayErrors with the server's own code and way out. */
import { errorTable, SlipwayError, type ErrorCode } from "../base/index.ts";
import { ApiError, createClient, type Client } from "../contract/index.ts";
import type { Option } from "./command.ts";
import { currentLogin, findLogin, type Login } from "./login-file.ts";
import type { CommandLineOptions } from "./values.ts";

/** Options of every command that speaks to a server. */
export const serverOptions: readonly Option[] = [
  {
    name: "workspace",
    value: "NAME",
    group: "Server",
    description: "The workspace. By default SLIPWAY_WORKSPACE, then the one of the login.",
  },
  {
    name: "url",
    value: "URL",
    group: "Server",
    description: "The server. By default SLIPWAY_URL, then the one that you last logged in to.",
  },
  { name: "json", group: "Server", description: "Prints JSON instead of text." },
];

/** @throws SLW_CLI_LOGIN where no server or no token is known */
export function connect(options: CommandLineOptions): Client {
  return clientOf(chooseLogin(options));
}

/** Where the commands go, and as whom. */
export function chooseLogin(options: CommandLineOptions): Login {
  const { SLIPWAY_URL, SLIPWAY_TOKEN, SLIPWAY_WORKSPACE } = process.env;
  const given = options["url"] ?? SLIPWAY_URL;
  const saved = given === undefined ? currentLogin() : findLogin(trimUrl(given));
  const url = given === undefined ? saved?.url : trimUrl(given);
  const token = SLIPWAY_TOKEN ?? saved?.token;
  if (url === undefined || token === undefined) {
    const what = url === undefined ? "No server is known." : `No token for ${url} is known.`;
    throw new SlipwayError("SLW_CLI_LOGIN", what, { details: { url: url ?? null } });
  }
  return { url, token, workspace: options["workspace"] ?? SLIPWAY_WORKSPACE ?? saved?.workspace ?? "default" };
}

export function trimUrl(url: string): string {
  return url.replace(/\/+$/, "");
}

/** A client whose failures are SlipwayErrors. */
export function clientOf(login: Login): Client {
  const client = createClient(login) as unknown as Record<string, (...given: unknown[]) => Promise<unknown>>;
  const wrapped = Object.entries(client).map(([id, method]) => [
    id,
    (...given: unknown[]) => method(...given).catch((error: unknown) => Promise.reject(translate(error, login.url))),
  ]);
  return Object.fromEntries(wrapped) as Client;
}

function translate(error: unknown, url: string): unknown {
  if (error instanceof ApiError) {
    const { problem, status } = error;
    if (problem === null || !Object.hasOwn(errorTable, problem.code)) {
      return new SlipwayError("SLW_CLI_SERVER", `${url} answered with status ${status}. ${error.message}`);
    }
    const { code, detail, fix, details } = problem;
    return new SlipwayError(code as ErrorCode, detail, { fix, details });
  }
  // What fetch throws when there is no connection.
  if (error instanceof TypeError && error.cause instanceof Error) {
    const reason = (error.cause as NodeJS.ErrnoException).code ?? error.cause.message;
    return new SlipwayError("SLW_CLI_SERVER", `No server answers at ${url} (${reason}).`, { cause: error });
  }
  return error;
}
