/** Endpoints of tests: real processes in folders of their own, and requests to them. None of them is left over. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { Agent, request } from "node:http";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import {
  defaultSettings,
  endpointFolder,
  writeConfig,
  type EndpointConfig,
  type EndpointSettings,
} from "../config/index.ts";
import { createController } from "../endpoints/controller.ts";
import type { ProcessState } from "./state.ts";
import { readSupervisorFile, type SupervisorFile } from "./supervisor-file.ts";
import type { TestAnswer } from "./test-replica-process.ts";

export const testReplica = fileURLToPath(new URL("test-replica-process.ts", import.meta.url));

export const controller = createController({ replicaEntry: testReplica });

export interface TestFamily {
  readonly folder: string;
  readonly port: number;
  /** Writes the next revision. @param model see test-replica-process.ts */
  configure(model: string, settings?: Partial<EndpointSettings>, busyPercent?: number): Promise<EndpointConfig>;
  /** supervisor.json */
  file(): SupervisorFile;
  start(settings?: Partial<EndpointSettings>): Promise<void>;
  /** @throws where no supervisor lives */
  state(): Promise<ProcessState>;
  /** Replicas that accept connections. */
  replicaPids(): Promise<number[]>;
  /** Waits until so many replicas accept connections, and no other process of the endpoint is left. */
  settledWith(replicas: number): Promise<void>;
  ask(options?: { readonly wait?: number; readonly agent?: Agent }): Promise<TestAnswer>;
  log(): string;
  /** Ends its processes. */
  remove(): Promise<void>;
}

export async function newFamily(): Promise<TestFamily> {
  const folder = mkdtempSync(join(tmpdir(), "slipway-family-"));
  const port = await freePort();
  let revision = 0;
  const state = async (): Promise<ProcessState> => {
    const found = await controller.readState(folder);
    if (found === null) throw new Error("no supervisor lives");
    return found;
  };
  const configure: TestFamily["configure"] = async (model, settings = {}, busyPercent = 0) => {
    const config = configOf(port, ++revision, model, settings, busyPercent);
    await writeConfig(endpointFolder(folder), config);
    return config;
  };
  return {
    folder,
    port,
    configure,
    file() {
      const file = readSupervisorFile(endpointFolder(folder));
      if (file === null) throw new Error(`${folder} has no supervisor.json`);
      return file;
    },
    ask: ({ wait = 0, agent } = {}) => askReplica(port, wait, agent),
    async start(settings = {}) {
      await configure("one", settings);
      await controller.ensureRunning(folder);
    },
    state,
    async replicaPids() {
      const { processes } = await state();
      return processes.filter(({ role, state: its }) => role === "replica" && its === "ready").map(({ pid }) => pid);
    },
    settledWith: (replicas) =>
      until(async () => {
        const seen = await controller.readState(folder);
        return seen !== null && seen.listeningReplicas === replicas && seen.processes.length === 1 + replicas;
      }),
    log: () => readFileSync(endpointFolder(folder).processLog, "utf8"),
    async remove() {
      await controller.stopEndpoint(folder);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function configOf(
  port: number,
  revision: number,
  model: string,
  settings: Partial<EndpointSettings>,
  busyPercent: number,
): EndpointConfig {
  const deployed = { name: model, version: 1, kind: "slipway", path: "model", sha256: null } as const;
  return {
    format: 1,
    revision,
    id: "id",
    name: "test",
    workspace: "default",
    host: "127.0.0.1",
    port,
    auth: { mode: "none" },
    deployments: [{ name: "blue", model: deployed, traffic: 100, mirror: busyPercent }],
    settings: { ...defaultSettings, ...settings },
    otlpEndpoint: null,
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** One attempt, whatever becomes of it: no second one hides a failure. */
function askReplica(port: number, wait: number, agent: Agent | undefined): Promise<TestAnswer> {
  return new Promise((resolve, reject) => {
    const asked = request({ host: "127.0.0.1", port, path: `/?wait=${wait}`, agent: agent ?? false });
    asked.on("error", reject);
    asked.on("response", (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (part: string) => (text += part));
      response.on("error", reject);
      response.on("end", () => resolve(JSON.parse(text) as TestAnswer));
    });
    asked.end();
  });
}

export interface LoadReport {
  readonly answers: readonly TestAnswer[];
  readonly failures: readonly unknown[];
}

export interface Load {
  /** Resolves when a request has had an answer like this. */
  answered(like: (answer: TestAnswer) => boolean): Promise<void>;
  end(): Promise<LoadReport>;
}

/** Requests at a steady rate until it is told to end. */
export function startLoad(family: TestFamily, perSecond: number, keepAlive: boolean): Load {
  const agent = new Agent({ keepAlive, maxSockets: 64, scheduling: "fifo" });
  const answers: TestAnswer[] = [];
  const failures: unknown[] = [];
  const pending = new Set<Promise<void>>();
  const every = 10;
  const timer = setInterval(() => {
    for (let i = 0; i < (perSecond * every) / 1000; i++) {
      const one = family
        .ask({ agent })
        .then((answer) => void answers.push(answer))
        .catch((error: unknown) => void failures.push(error))
        .finally(() => pending.delete(one));
      pending.add(one);
    }
  }, every);
  return {
    answered: (like) => until(() => answers.some(like)),
    async end() {
      clearInterval(timer);
      await Promise.all(pending);
      agent.destroy();
      return { answers, failures };
    },
  };
}

/** Waits for something that no event tells of. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await delay(10);
}
