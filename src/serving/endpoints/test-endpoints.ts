/** Endpoints on a real database with a folder of artifacts and processes that are made believe, for tests. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { newId, silentLog, SlipwayError } from "../../base/index.ts";
import { encodeModel } from "../../model/index.ts";
import { createVersion, inspectFiles } from "../../registry/index.ts";
import {
  createSecretBox,
  openArtifactStore,
  openDatabase,
  type Actor,
  type ArtifactStore,
  type Database,
  type SecretBox,
} from "../../store/index.ts";
import { testDatabase } from "../../store/testing.ts";
import { endpointFolder, readConfig, type EndpointConfig } from "../config/index.ts";
import { testModel } from "../test-model.ts";
import type { ProcessState } from "../supervisor/state.ts";
import { openKeeper, type EndpointKeeper, type KeeperOptions } from "./keeper.ts";
import type { Controller } from "./types.ts";

export const actor: Actor = { userId: null, userName: "ada", requestId: null };

export interface TestEndpoints {
  readonly database: Database;
  readonly artifacts: ArtifactStore;
  readonly secrets: SecretBox;
  readonly processes: FakeProcesses;
  /** Where the folders of endpoints are. */
  readonly folder: string;
  readonly workspaceId: string;
  readonly otherWorkspaceId: string;
  /** A server on the same folder, or another one; it is closed with the rest. */
  startKeeper(changes?: Partial<KeeperOptions>): Promise<EndpointKeeper>;
  /** The next version of a registered model, which is made where it is missing. */
  register(model: string): Promise<{ readonly id: string; readonly version: number }>;
  close(): Promise<void>;
}

export async function openTestEndpoints(): Promise<TestEndpoints> {
  const { url, drop } = await testDatabase();
  const database = openDatabase({ url, applicationName: "test", connections: 20, log: silentLog });
  const root = mkdtempSync(join(tmpdir(), "slipway-endpoints-"));
  const folder = join(root, "endpoints");
  const artifacts = await openArtifactStore(join(root, "artifacts"));
  const [workspaceId, otherWorkspaceId] = [newId(), newId()];
  for (const [id, name] of [
    [workspaceId, "one"],
    [otherWorkspaceId, "two"],
  ] as const) {
    await database.insertInto("workspaces").values({ id, name }).execute();
  }
  const secrets = createSecretBox(Buffer.alloc(32, 7));
  const processes = createFakeProcesses();
  const keepers: EndpointKeeper[] = [];
  const defaults = { database, artifacts, secrets, folder, host: "127.0.0.1", otlpEndpoint: null, log: silentLog };
  return {
    database,
    artifacts,
    secrets,
    processes,
    folder,
    workspaceId,
    otherWorkspaceId,
    async startKeeper(changes = {}) {
      const keeper = await openKeeper({ ...defaults, controller: processes.controller, pause: 20, ...changes });
      keeper.start();
      keepers.push(keeper);
      return keeper;
    },
    async register(model) {
      const stored = await artifacts.put(encodeModel({ ...testModel, metrics: { accuracy: Math.random() } }));
      const files = [{ path: "model.slipway", ...stored }];
      const source = { uri: "upload:test", runId: null, artifactPath: null, loggedModelId: null, runLink: null };
      const contents = await inspectFiles(artifacts, files);
      const input = { id: newId(), workspaceId, model, createModel: true, actor, contents, files, source };
      return createVersion(database, input);
    },
    async close() {
      for (const keeper of keepers) await keeper.close();
      await database.destroy();
      await drop();
      rmSync(root, { recursive: true, force: true });
    },
  };
}

/** Processes as a table in this one: what is asked of them is remembered, and they fail when they are told to. */
export interface FakeProcesses {
  readonly controller: Controller;
  /** What runs, by folder. */
  readonly running: ReadonlyMap<string, EndpointConfig>;
  /** Revisions in the order in which they were applied, by folder. */
  readonly applied: ReadonlyMap<string, readonly EndpointConfig[]>;
  /** Versions of models ("bank@2") that do not start. */
  readonly broken: Set<string>;
  /** While it is set, every change waits for it. */
  gate: Promise<void> | null;
  /** As kill -9 of a family. */
  kill(folder: string): void;
}

function createFakeProcesses(): FakeProcesses {
  const running = new Map<string, EndpointConfig>();
  const applied = new Map<string, EndpointConfig[]>();
  const broken = new Set<string>();
  const listening = new Set<string>();
  const processes: FakeProcesses = {
    running,
    applied,
    broken,
    gate: null,
    kill(folder) {
      running.delete(folder);
      listening.delete(folder);
    },
    controller: {
      async ensureRunning(folder) {
        await readConfig(endpointFolder(folder));
        listening.add(folder);
      },
      async applyConfig(folder) {
        const config = await readConfig(endpointFolder(folder));
        if (processes.gate !== null) await processes.gate;
        for (const { model } of config.deployments) {
          if (!broken.has(`${model.name}@${model.version}`)) continue;
          throw new SlipwayError("SLW_MODEL_FORMAT", `${model.name} is broken.`, { fix: "Mend it." });
        }
        running.set(folder, config);
        applied.set(folder, [...(applied.get(folder) ?? []), config]);
      },
      async stopEndpoint(folder) {
        processes.kill(folder);
      },
      readState: (folder) => Promise.resolve(stateOfFake(running.get(folder))),
    },
  };
  return processes;
}

function stateOfFake(config: EndpointConfig | undefined): ProcessState | null {
  if (config === undefined) return null;
  return {
    phase: "running",
    url: `http://${config.host}:${config.port}`,
    appliedRevision: config.revision,
    problem: null,
    wantedReplicas: 1,
    listeningReplicas: 1,
    restarts: 0,
    cpuCap: null,
    processes: [],
  };
}
