import { setTimeout as delay } from "node:timers/promises";
import type { ServerFile } from "../api/index.ts";
import { createLog, logLevels, SlipwayError } from "../base/index.ts";
import type { Command, Invocation } from "./command.ts";
import { dataFolderOf, dataOption } from "./data-folder.ts";
import { saveLogin } from "./login-file.ts";
import { choiceOption, numberOption, sizeOption } from "./values.ts";

export const defaultPort = 8080;
/** Bytes with which a worker can start and train something small. */
const leastWorkerMemory = 256 * 2 ** 20;

export const upCommand: Command = {
  name: "up",
  summary: "Starts the server: database, API, studio and workers, until it is stopped.",
  operands: [],
  options: [
    {
      name: "port",
      value: "PORT",
      description: `The port to listen on, 0 for any free one. By default ${defaultPort}.`,
    },
    { name: "host", value: "HOST", description: "The address to listen on. By default 127.0.0.1: this machine only." },
    dataOption,
    {
      name: "workers",
      value: "N",
      description: "Runs that are computed at a time, each in a process of its own. By default one for each core.",
    },
    {
      name: "worker-memory",
      value: "SIZE",
      description:
        "Memory that each of them may use: 512M, 4G. By default three quarters of the machine's, shared by all.",
    },
    {
      name: "log-level",
      value: "LEVEL",
      description: `What is logged to standard error as lines of JSON: ${logLevels.join(", ")}. By default warn.`,
    },
    {
      name: "json",
      description: 'Prints one line when ready: {"url", "token"}; the token is null but at the first start.',
    },
  ],
  details: [
    "The first start makes everything, prints an administrator's token, once, and logs you in on this machine. Set DATABASE_URL (PostgreSQL 14 or later) and SLIPWAY_ARTIFACTS (s3://bucket/prefix, with the usual AWS variables) to keep state and files elsewhere; nothing else changes.",
    "MLflow clients put their artifacts through this server. Set SLIPWAY_MLFLOW_ARTIFACT_ROOT to a URI that they reach themselves (s3://…, file:///…) to have those of new experiments there; the server then neither reads nor writes them.",
    'A worker looks at its resident memory four times a second and ends with a run that says "out of memory" when it has more than its share; the server, its database and the other workers go on. Between two looks it may take more: where that must not be, run the server in a container or a systemd unit with a memory limit, under which the system ends workers first.',
    "Ctrl-C or `slipway down` ends it: what runs is finished or resumed at the next start.",
  ],
  example: "slipway up --port 8080",
  writesData: (options) => "json" in options,
  run: runUp,
};

async function runUp({ options, output, write, signal, untilDone }: Invocation): Promise<void> {
  const started = performance.now();
  const port = numberOption(options, "port", { min: 0, max: 65_535, whole: true }) ?? defaultPort;
  const level = choiceOption(options, "log-level", logLevels) ?? "warn";
  const workers = numberOption(options, "workers", { min: 1, max: 1024, whole: true });
  const workerMemory = sizeOption(options, "worker-memory", leastWorkerMemory);
  const lost = Promise.withResolvers<never>();
  lost.promise.catch(() => {});
  const { startServer } = await import("../api/index.ts");
  const { DATABASE_URL, SLIPWAY_ARTIFACTS, SLIPWAY_MLFLOW_ARTIFACT_ROOT } = process.env;
  output.status("starting …");
  const server = await startServer({
    dataFolder: dataFolderOf(options),
    host: options["host"] ?? "127.0.0.1",
    port,
    ...(workers !== undefined && { maxWorkers: workers }),
    ...(workerMemory !== undefined && { workerMemory }),
    ...(DATABASE_URL && { databaseUrl: DATABASE_URL }),
    ...(SLIPWAY_ARTIFACTS && { artifacts: SLIPWAY_ARTIFACTS }),
    ...(SLIPWAY_MLFLOW_ARTIFACT_ROOT && { artifactRoot: SLIPWAY_MLFLOW_ARTIFACT_ROOT.replace(/\/+$/, "") }),
    log: createLog({ level }),
    onLost: lost.reject,
  });
  try {
    const { url, token } = server;
    if (token !== null) saveLogin({ url, token, workspace: "default" }, "ifNone");
    if ("json" in options) await write(`${JSON.stringify({ url, token })}\n`);
    else {
      output.line(`Slipway is ready at ${output.bold(url)} (${((performance.now() - started) / 1000).toFixed(1)} s)`);
      if (token !== null) {
        output.line(`Token of the administrator, shown once: ${output.bold(token)}`);
        // What is behind the # stays in the browser: it reaches no server and no log.
        if (process.stdout.isTTY) output.line(`Studio, signed in by it: ${output.bold(`${url}/#token=${token}`)}`);
      }
      output.line(`API: ${url}/api/docs    MLflow: MLFLOW_TRACKING_URI=${url}`);
      output.line(output.dim("Ctrl-C ends it."));
    }
    await Promise.race([aborted(signal), lost.promise]);
  } finally {
    // However long it takes: a process that ends before leaves the database running.
    await untilDone(() => server.close());
  }
  signal.throwIfAborted();
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
}

export const downCommand: Command = {
  name: "down",
  summary: "Ends the server of a data folder, in order. Endpoints go on, unless you say otherwise.",
  operands: [],
  options: [
    dataOption,
    { name: "endpoints", description: "Ends the endpoints too; the next `slipway up` starts them again." },
  ],
  details: [],
  example: "slipway down",
  writesData: () => false,
  run: runDown,
};

/** Seconds for a server to finish what it answers and to stop its database. */
const patience = 30;

async function runDown({ options, output, signal }: Invocation): Promise<void> {
  const { countEndpoints, readServerFile, isServerAlive, stopEndpoints } = await import("../api/index.ts");
  const folder = dataFolderOf(options);
  const server = readServerFile(folder);
  if (server !== null && (await isServerAlive(server))) {
    await endServer(folder, server, signal);
    output.line(`The server at ${server.url} has ended.`);
  } else output.line(`No server runs on ${folder}.`);
  if ("endpoints" in options) {
    const stopped = await stopEndpoints(folder);
    if (stopped > 0) output.line(`${endpointsText(stopped)} stopped. \`slipway up\` starts them again.`);
    return;
  }
  const running = await countEndpoints(folder);
  if (running === 0) return;
  output.line(`${endpointsText(running)} running. To end them too: slipway down --endpoints`);
}

function endpointsText(count: number): string {
  return count === 1 ? "1 endpoint is" : `${count} endpoints are`;
}

/** @throws SLW_CLI_DOWN */
async function endServer(folder: string, server: ServerFile, signal: AbortSignal): Promise<void> {
  const { readServerFile } = await import("../api/index.ts");
  process.kill(server.pid, "SIGTERM");
  const until = performance.now() + patience * 1000;
  while (performance.now() < until) {
    if (readServerFile(folder)?.pid !== server.pid) return;
    await delay(50, undefined, { signal });
  }
  throw new SlipwayError("SLW_CLI_DOWN", `The server (process ${server.pid}) has not ended after ${patience} s.`, {
    details: { ...server },
  });
}

export const statusCommand: Command = {
  name: "status",
  summary: "Says whether the server of a data folder runs, and where.",
  operands: [],
  options: [dataOption, { name: "json", description: "Prints one line of JSON instead of text." }],
  details: ["Exit code 0 where it runs, 1 where it does not."],
  example: "slipway status",
  writesData: (options) => "json" in options,
  run: async ({ options, output, write }) => {
    const { countEndpoints, readServerFile, isServerAlive } = await import("../api/index.ts");
    const folder = dataFolderOf(options);
    const server = readServerFile(folder);
    const running = server !== null && (await isServerAlive(server));
    const endpoints = await countEndpoints(folder);
    if ("json" in options) {
      await write(`${JSON.stringify({ running, dataFolder: folder, endpoints, ...(running && server) })}\n`);
    } else {
      if (running)
        output.line(`The server runs at ${output.bold(server.url)} (process ${server.pid}, data in ${folder}).`);
      else output.line(`No server runs on ${folder}. Start one: slipway up`);
      if (endpoints > 0) output.line(`${endpointsText(endpoints)} running.`);
    }
    if (!running) process.exitCode = 1;
  },
};
