/** A server as a user runs it, which tests kill and start again; what it leaves behind; and what is told of it all. */
import { appendFileSync, existsSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { createClient, type Client } from "../../src/contract/index.ts";
import { createHome, run, up, type Home, type RunningServer } from "../server/slipway-process.ts";

/** How often a fault is made: few times in CI, as often as `npm run faults` says. */
export const faultTimes = (few: number): number => Number(process.env["FAULTS"] ?? few);

/** Why processes cannot be looked at here; null where they can. For test.skipIf and its title. */
export const missingProc = existsSync("/proc/self/environ") ? null : "there is no /proc";

export interface FaultServer {
  readonly home: Home;
  readonly url: string;
  readonly token: string;
  readonly client: Client;
  /** Process id of the running server. */
  readonly pid: number;
  /** Seconds of every start but the first, from the start of the process until it is ready. */
  readonly ready: readonly number[];
  /** `slipway up`; nothing happens where it runs. */
  start(): Promise<void>;
  /** Ends it and waits until the process is gone. @returns seconds that this took */
  end(signal: NodeJS.Signals): Promise<number>;
  /** Ends everything and removes the home. */
  close(): Promise<void>;
}

/** @param env of every start */
export async function openFaultServer(home: Home = createHome(), env: NodeJS.ProcessEnv = {}): Promise<FaultServer> {
  let running: RunningServer | null = await up(home, env);
  const token = running.token as string;
  let client = createClient({ url: running.url, token });
  const ready: number[] = [];
  const current = (): RunningServer => {
    if (running === null) throw new Error("The server does not run.");
    return running;
  };
  return {
    home,
    token,
    ready,
    get url() {
      return current().url;
    },
    get client() {
      return client;
    },
    get pid() {
      return current().child.pid as number;
    },
    async start() {
      if (running !== null) return;
      running = await up(home, env);
      client = createClient({ url: running.url, token });
      ready.push(running.milliseconds / 1000);
    },
    async end(signal) {
      const started = performance.now();
      await current().end(signal);
      running = null;
      return (performance.now() - started) / 1000;
    },
    async close() {
      // Of a server that was killed the database may still run: one that starts adopts it and ends it in order.
      running ??= await up(home, env);
      await running.end("SIGTERM");
      await run(home, ["down"]);
      home.remove();
    },
  };
}

interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
}

/** All processes that were started for a home, PostgreSQL's aside: they have its data folder in their environment. */
function processesOf({ data }: Home): Process[] {
  const found: Process[] = [];
  for (const name of readdirSync("/proc").filter((entry) => /^\d+$/.test(entry))) {
    try {
      const variables = readFileSync(`/proc/${name}/environ`, "utf8").split("\0");
      if (!variables.includes(`SLIPWAY_DATA=${data}`)) continue;
      // What a process was that its parent has not looked after yet has no program any more.
      readlinkSync(`/proc/${name}/exe`);
      const stat = readFileSync(`/proc/${name}/stat`, "utf8");
      const parent = Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
      const command = readFileSync(`/proc/${name}/cmdline`, "utf8").replaceAll("\0", " ").trim();
      found.push({ pid: Number(name), parent, command });
    } catch {
      // It has ended meanwhile.
    }
  }
  return found;
}

/** For expect.poll: 10 s are promised, and asked of a machine that does nothing else. */
export const orphansEnd = { timeout: process.env["FAULTS"] === undefined ? 60_000 : 10_000 };

/** @returns the command lines of processes that belong to no running server */
export function orphansOf(home: Home, server: number | null): string[] {
  const all = processesOf(home);
  const ours = new Set(server === null ? [] : [server]);
  // Children have greater numbers only mostly: so often until nothing is added.
  for (let before = -1; before !== ours.size;) {
    before = ours.size;
    for (const { pid, parent } of all) if (ours.has(parent)) ours.add(pid);
  }
  return all.filter(({ pid }) => !ours.has(pid)).map(({ pid, command }) => `${pid} ${command}`);
}

/** Process ids of the server's workers. */
export function workersOf({ home, pid }: FaultServer): number[] {
  return processesOf(home)
    .filter(({ parent, command }) => parent === pid && command.includes("pipelines/workers/worker"))
    .map((worker) => worker.pid);
}

/** Process id of the embedded PostgreSQL; null where none runs. */
export function postgresOf({ data }: Home): number | null {
  const pointer = join(data, "postgres-folder");
  const folder = existsSync(pointer) ? readFileSync(pointer, "utf8").trim() : join(data, "postgres");
  const file = join(folder, "data", "postmaster.pid");
  if (!existsSync(file)) return null;
  const pid = Number.parseInt(readFileSync(file, "utf8"), 10);
  return existsSync(`/proc/${pid}`) ? pid : null;
}

/** Names of artifacts whose bytes are not those that their name promises. */
export function damagedArtifacts({ data }: Home): string[] {
  const root = join(data, "artifacts", "sha256");
  const names = readdirSync(root, { recursive: true, encoding: "utf8" }).filter((name) => name.includes("/"));
  return names.filter((name) => {
    const sha256 = createHash("sha256")
      .update(readFileSync(join(root, name)))
      .digest("hex");
    return !name.endsWith(sha256);
  });
}

/** Waits, a little, until `isSo`; what it waits for either happens or ends the test by its own time limit. */
export async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isSo())) await delay(20);
}

/** A line of the table that `npm run faults` prints. */
export interface FaultResult {
  readonly fault: string;
  readonly times: number;
  /** Things that were acknowledged and are not there. */
  readonly lost: number;
  /** Things that can be seen and are not whole, or are there twice. */
  readonly half: number;
  readonly orphans: number;
  /** Of every recovery; empty where the server did not have to recover. */
  readonly seconds: readonly number[];
  /** What `npm run faults` lets the longest of them be: tests of a busy machine do not judge by the clock. */
  readonly limit?: number;
}

/** Tells `npm run faults`, where that is who runs the test. */
export function reportFault(result: FaultResult): void {
  const file = process.env["FAULTS_REPORT"];
  if (file !== undefined) appendFileSync(file, `${JSON.stringify(result)}\n`);
}
