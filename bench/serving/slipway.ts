/** Ours: the same model as a command that serves a file, and as an endpoint of a server with all that it records. */
import { mkdtempSync } from "node:fs";
import { join } from "node:path";
import type { Target } from "../load/index.ts";
import type { Bank } from "./bank.ts";
import {
  freePort,
  scoringKey,
  scoringTarget,
  startProgram,
  type Collected,
  type ServingContender,
  type RunningServer,
} from "./contender.ts";
import { azureWire } from "./wires.ts";
import { startWorkspace, type EndpointProcess, type Workspace } from "./workspace.ts";

export const ourForms = ["serve", "endpoint"] as const;
export type OurForm = (typeof ourForms)[number];

/** @param script bin/slipway.js of the package that is measured */
export function slipwayContender(form: OurForm, script: string, bank: Bank): ServingContender {
  const start = form === "serve" ? serveFile : deployEndpoint;
  return {
    name: `slipway ${form}`,
    wire: azureWire,
    expected: bank.expected,
    start: () => start(script, bank),
  };
}

async function serveFile(script: string, { modelFile, folder }: Bank): Promise<RunningServer> {
  const port = await freePort();
  const args = [script, "serve", modelFile, "--port", String(port), "--key", scoringKey];
  const target = scoringTarget(port);
  return startProgram({ name: "slipway serve", command: process.execPath, args, folder, target });
}

/** What the endpoint of a benchmark is called. */
export const endpointName = "bank";

/** A server with the model registered twice, as bank@1 and bank@2. */
export async function startServer(script: string, { modelFile, folder }: Bank): Promise<Workspace> {
  const workspace = await startWorkspace(script, mkdtempSync(join(folder, "workspace-")));
  for (let version = 1; version <= 2; version++)
    await workspace.slipway("models", "register", endpointName, modelFile, "--description", `number ${version}`);
  return workspace;
}

/** Deploys bank@1 as a new endpoint. @returns where to score */
export async function deploy(workspace: Workspace): Promise<Target> {
  const command = ["endpoints", "deploy", endpointName, "--model", `${endpointName}@1`];
  const { scoringUri, primaryKey } = await workspace.slipway<{ scoringUri: string; primaryKey: string }>(...command);
  const { hostname, port, pathname } = new URL(scoringUri);
  const headers = { authorization: `Bearer ${primaryKey}` };
  return { host: hostname, port: Number(port), path: pathname, headers };
}

/** Logs every request of the endpoint and keeps its rows. */
export async function switchAllOn(workspace: Workspace): Promise<void> {
  await workspace.slipway("endpoints", "update", endpointName, "--app-insights", "on", "--collect-data", "on");
}

/** Its processes are those of the endpoint; the server and its database run beside it. */
async function deployEndpoint(script: string, bank: Bank): Promise<RunningServer> {
  const workspace = await startServer(script, bank);
  let processes: readonly EndpointProcess[] = [];
  let settledAt = 0;
  const startedAt = performance.now();
  try {
    const target = await deploy(workspace);
    return {
      target,
      startedAt,
      async settle() {
        await switchAllOn(workspace);
        settledAt = Date.now();
        ({ processes } = await workspace.show(endpointName));
      },
      pids: () => processes.map(({ pid }) => pid),
      replicaPids: () => processes.filter(({ role }) => role === "replica").map(({ pid }) => pid),
      async collected() {
        const path = `endpoints/${endpointName}/metrics?from=${new Date(settledAt).toISOString()}`;
        return (await workspace.get<{ collected: Collected }>(path)).collected;
      },
      check: () => {},
      stop: () => workspace.remove(),
    };
  } catch (error) {
    await workspace.remove();
    throw error;
  }
}
