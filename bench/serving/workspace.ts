/** A server of its own in a temporary folder, its command line, and the endpoints that it is told to make. */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { closeSync, existsSync, globSync, mkdirSync, openSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";
import { atExit } from "../harness/cleanup.ts";
import { familyOf, isAlive, killFamily } from "../harness/process-family.ts";
import { run } from "../harness/run.ts";
import { freePort } from "./contender.ts";

export interface EndpointProcess {
  readonly pid: number;
  readonly role: "supervisor" | "replica" | "python";
}

/** What `slipway endpoints show NAME --json` says, as far as it is used here. */
export interface EndpointDetails {
  readonly processes: readonly EndpointProcess[];
}

export interface Workspace {
  /** The first process of the database; null where none runs. */
  databasePid(): number | null;
  /** Runs `slipway ARGS --json` and reads the last line that it prints. Throws where it fails. */
  slipway<T>(...args: readonly string[]): Promise<T>;
  /** Asks the API: `path` follows /api/v1/workspaces/default/. Throws for an answer other than 200. */
  get<T>(path: string): Promise<T>;
  show(endpoint: string): Promise<EndpointDetails>;
  /** Starts the server again on the same port, after it was killed. Resolves when it is ready. */
  start(): Promise<void>;
  /** Ends the server alone, at once. */
  killServer(): void;
  /** Ends all of it, endpoints included, and removes the folder. */
  remove(): Promise<void>;
}

/** @param script bin/slipway.js of the package that is measured */
export async function startWorkspace(script: string, folder: string): Promise<Workspace> {
  const data = join(folder, "data");
  mkdirSync(folder, { recursive: true });
  const { DATABASE_URL: _, SLIPWAY_ARTIFACTS: __, ...inherited } = process.env;
  const env: NodeJS.ProcessEnv = { ...inherited, XDG_CONFIG_HOME: join(folder, "config") };
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const up = [script, "up", "--port", String(port), "--data", data, "--json"];
  const serve = (): Promise<Server> => startServer(up, env, join(folder, "server.log"));
  let server = await serve();
  const token = server.token as string;
  const forget = atExit(() => {
    killAll(server, data);
    removeData(data);
  });

  const slipway = async <T>(...args: readonly string[]): Promise<T> => {
    const command = [script, ...args, "--json", "--url", url];
    const { stdout } = await run(process.execPath, command, 120, { ...env, SLIPWAY_TOKEN: token });
    return JSON.parse(stdout.trim().split("\n").at(-1) as string) as T;
  };
  return {
    databasePid: () => readDatabasePid(data),
    slipway,
    async get(path) {
      const response = await fetch(`${url}/api/v1/workspaces/default/${path}`, {
        headers: { authorization: `Bearer ${token}` },
      });
      if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
      return (await response.json()) as never;
    },
    show: (endpoint) => slipway("endpoints", "show", endpoint),
    start: async () => void (server = await serve()),
    killServer: () => server.process.kill("SIGKILL"),
    async remove() {
      forget();
      const killed = killAll(server, data);
      // A process that is about to end may still write.
      while (killed.some(isAlive)) await delay(20);
      removeData(data);
    },
  };
}

interface Server {
  readonly process: ChildProcess;
  /** Of the administrator; null but at the first start. */
  readonly token: string | null;
}

/** Resolves when it is ready. @param log what it says of its own faults, which a killed database makes many of */
async function startServer(args: readonly string[], env: NodeJS.ProcessEnv, log: string): Promise<Server> {
  const file = openSync(log, "a");
  const child = spawn(process.execPath, args, { env, stdio: ["ignore", "pipe", file] });
  closeSync(file);
  const line = await Promise.race([
    once(child.stdout as Readable, "data").then(([bytes]) => String(bytes)),
    once(child, "exit").then(() => Promise.reject(new Error(`slipway up:\n${readFileSync(log, "utf8").slice(-3000)}`))),
  ]);
  const { token } = JSON.parse(line) as { token: string | null };
  return { process: child, token };
}

/** Server, database and endpoints, which outlive each other. @returns the processes that were there */
function killAll({ process: server }: Server, data: string): readonly number[] {
  const own = server.exitCode === null && server.signalCode === null ? server.pid : undefined;
  const roots = [own, readDatabasePid(data), ...readEndpointPids(data)].filter((pid) => typeof pid === "number");
  const all = roots.flatMap(familyOf);
  for (const pid of roots) killFamily(pid);
  return all;
}

/** As root the database lives elsewhere; a file of the data folder says where. */
function databaseFolder(data: string): string {
  const pointer = join(data, "postgres-folder");
  return existsSync(pointer) ? readFileSync(pointer, "utf8").trim() : join(data, "postgres");
}

function readDatabasePid(data: string): number | null {
  const file = join(databaseFolder(data), "data", "postmaster.pid");
  return existsSync(file) ? Number(readFileSync(file, "utf8").split("\n")[0]) : null;
}

/** Supervisors and replicas of endpoints, which outlive their server: what the supervisors' files say. */
function readEndpointPids(data: string): number[] {
  return globSync("**/supervisor.json", { cwd: data }).flatMap((file) => {
    const { pid, replicas } = JSON.parse(readFileSync(join(data, file), "utf8")) as SupervisorFile;
    return [pid, ...replicas.map((replica) => replica.pid)];
  });
}

interface SupervisorFile {
  readonly pid: number;
  readonly replicas: readonly { readonly pid: number }[];
}

function removeData(data: string): void {
  rmSync(databaseFolder(data), { recursive: true, force: true });
  rmSync(data, { recursive: true, force: true });
}
