/** `slipway worker`: this machine runs steps for a server elsewhere. */
import { availableParallelism, hostname, totalmem } from "node:os";
import { Readable } from "node:stream";
import type { ReadableStream } from "node:stream/web";
import type { JobRef, RemoteStep, WorkerServer } from "../api/index.ts";
import { slipwayVersion } from "../base/index.ts";
import type { Client } from "../contract/index.ts";
import type { Command, Invocation } from "./command.ts";
import { chooseLogin, clientOf, trimUrl } from "./server-client.ts";
import { listOption, numberOption, sizeOption } from "./values.ts";

/** Bytes with which a program can do something. */
const leastMemory = 64 * 2 ** 20;

export const workerCommand: Command = {
  name: "worker",
  summary: "Joins a server on another machine as a worker, and runs command steps of its pipelines.",
  operands: [],
  options: [
    { name: "server", value: "URL", description: "The server. By default SLIPWAY_URL, then that of your login." },
    {
      name: "token",
      value: "TOKEN",
      description: "A contributor's token. By default SLIPWAY_TOKEN, then that of your login.",
    },
    {
      name: "workspace",
      value: "NAME",
      description: "Whose steps it runs. By default SLIPWAY_WORKSPACE, or the login's.",
    },
    { name: "name", value: "NAME", description: "What it is called in lists. By default the machine's name." },
    {
      name: "labels",
      value: "A,B",
      description: "What it has that others lack, such as gpu: steps ask for it with `resources: {labels: […]}`.",
    },
    { name: "cores", value: "N", description: "Cores that a step may ask for. By default the machine's." },
    {
      name: "memory",
      value: "SIZE",
      description: "Memory that a step may use: 512M, 16G. By default three quarters of the machine's.",
    },
  ],
  details: [
    'It runs steps of type "command" whose compute is "remote", one at a time, each in a folder, an environment and, as root on Linux, as a user of its own. All connections are its own: the machine needs no open port. Where the network goes, it keeps what it has to say and says it later; a server that hears nothing for 30 s gives the step to another.',
    "Ctrl-C ends it: a step that runs is given back.",
  ],
  example: "slipway worker --server http://127.0.0.1:8080 --labels gpu",
  writesData: () => false,
  run: runWorkerCommand,
};

async function runWorkerCommand({ options, output, signal, untilDone }: Invocation): Promise<void> {
  // The command line of a process is for everybody on the machine to read, its steps too.
  process.title = "slipway worker";
  const { server, token } = options;
  const known = server !== undefined && token !== undefined;
  const login = known
    ? { url: trimUrl(server), token, workspace: options["workspace"] ?? process.env["SLIPWAY_WORKSPACE"] ?? "default" }
    : {
        ...chooseLogin({ ...options, ...(server !== undefined && { url: server }) }),
        ...(token !== undefined && { token }),
      };
  const memoryBytes = sizeOption(options, "memory", leastMemory) ?? Math.floor(0.75 * totalmem());
  const facts = {
    name: options["name"] ?? plainName(hostname()),
    host: hostname().slice(0, 255) || "unknown",
    cores: numberOption(options, "cores", { min: 0.1, max: 100_000 }) ?? availableParallelism(),
    memoryBytes,
    labels: [...new Set(listOption(options, "labels") ?? [])],
    version: slipwayVersion(),
  };
  const { loadRemoteWorker } = await import("../api/index.ts");
  const { runRemoteWorker } = await loadRemoteWorker();
  const say = (line: string): void => output.line(`${new Date().toISOString()} ${line}`);
  const work = { server: serverOf(clientOf(login), login.url, facts), memoryBytes, signal, say };
  await untilDone(() => runRemoteWorker(work));
  signal.throwIfAborted();
}

/** Of what is allowed in a name. */
function plainName(host: string): string {
  return (
    host
      .replace(/[^A-Za-z0-9._-]/g, "-")
      .replace(/^[^A-Za-z0-9]+/, "")
      .slice(0, 100) || "worker"
  );
}

type Facts = Parameters<Client["registerWorker"]>[0]["body"];

function serverOf(client: Client, url: string, facts: Facts): WorkerServer {
  return {
    url,
    register: async () => (await client.registerWorker({ body: facts })).id,
    claim: async (worker, signal) =>
      (await client.claimJob({ worker }, { signal })).step as unknown as RemoteStep | null,
    beat: (worker, usage, job) =>
      client.beatWorker(
        { worker, body: { ...usage, job: job && { run: job.runId, attempt: job.attempt } } },
        { signal: AbortSignal.timeout(10_000) },
      ),
    leave: (worker) => client.leaveWorker({ worker }),
    ...jobCalls(client),
  };
}

const jobOf = (worker: string, { runId }: JobRef) => ({ worker, run: runId });

function jobCalls(client: Client): Pick<WorkerServer, "read" | "appendLog" | "putOutput" | "end"> {
  return {
    async read(worker, job, sha256, signal) {
      const query = { attempt: job.attempt };
      const { body } = await client.readJobFile({ ...jobOf(worker, job), sha256, query }, { signal });
      return body === null ? Readable.from([]) : Readable.fromWeb(body as ReadableStream);
    },
    async appendLog(worker, job, { text, after }) {
      const body = { attempt: job.attempt, text, after };
      return (await client.appendJobLog({ ...jobOf(worker, job), body }, { signal: AbortSignal.timeout(30_000) })).last;
    },
    async putOutput(worker, job, { output, path }, file) {
      const source = file.open();
      try {
        await client.putJobOutput({
          ...jobOf(worker, job),
          output,
          path,
          query: { attempt: job.attempt },
          upload: Readable.toWeb(source) as unknown as NonNullable<RequestInit["body"]>,
          mediaType: "application/octet-stream",
        });
      } finally {
        source.destroy();
      }
    },
    async end(worker, job, { failure, usage, outputs, files }) {
      const told = failure && { ...failure, reason: failure.reason.slice(0, 10_000) };
      const body = { attempt: job.attempt, failure: told, usage, outputs, files: [...files] };
      await client.endJob({ ...jobOf(worker, job), body });
    },
  };
}
