/**
 * Makes what runs agree with what the rows say, step by step; each step leaves rows and processes in a state from which
 * another server, or the same one after a restart, goes on:
 * 1. The files of the models are in the endpoint's folder, then config.json says that they are to be loaded.
 * 2. The processes load and warm up the deployment that is being deployed, without traffic beside others.
 * 3. A transaction makes it healthy and gives it its traffic, or makes it failed and says why.
 * 4. The processes learn of that.
 */
import { mkdir, rm } from "node:fs/promises";
import { sql } from "kysely";
import { SlipwayError, type Log } from "../../base/index.ts";
import { serverActor, transaction, type Database, type Queryable } from "../../store/index.ts";
import { endpointFolder, writeConfig } from "../config/index.ts";
import { recordDeploymentChange, recordEndpointChange } from "./changes.ts";
import { configOf, type ConfigSource } from "./config-of.ts";
import { folderOf, type Home } from "./home.ts";
import { lockEndpointById, nextRevision, readEndpoint, updateEndpointRow } from "./rows.ts";
import { removeOtherModels, stageModel, type StageSource } from "./stage-model.ts";
import { sharesWith, writeTraffic } from "./traffic.ts";
import type { Controller, Deployment, Endpoint, EndpointState, Problem } from "./types.ts";

export interface ReconcileContext extends ConfigSource, StageSource {
  readonly database: Database;
  readonly controller: Controller;
  readonly home: Home;
  readonly log: Log;
}

/** Milliseconds in which processes have taken a configuration, or have failed. */
const patience = 90_000;
/** Further ones come from changes that are made meanwhile; whoever made them asks again. */
const mostSteps = 50;

/**
 * @param signal ends it between two steps, and while the processes are waited for
 * @throws SlipwayError where the processes do not run what the rows say; a deployment that fails is no error here, but
 *   a row with its reason
 */
export async function reconcile(context: ReconcileContext, id: string, signal: AbortSignal): Promise<void> {
  for (let step = 0; step < mostSteps; step++) {
    signal.throwIfAborted();
    const endpoint = await readEndpoint(context.database, id);
    if (endpoint === null || endpoint.home !== context.home.id) return;
    if (endpoint.desired === "deleted") return removeEndpoint(context, endpoint, signal);
    if (endpoint.desired === "stopped") return haltEndpoint(context, endpoint, signal);
    const candidate = endpoint.deployments.find(({ state }) => state === "Transitioning");
    const isSettled = candidate === undefined && endpoint.revision === endpoint.appliedRevision;
    // At the beginning the processes are looked at even so: they may be gone.
    if (isSettled && (step > 0 || (await runsAlready(context, endpoint)))) return;
    const hasHealthy = endpoint.deployments.some(({ state }) => state === "Healthy");
    if (candidate === undefined && !hasHealthy) return endWithout(context, endpoint, signal);
    await runEndpoint(context, endpoint, candidate, signal);
  }
}

async function runsAlready({ controller, home }: ReconcileContext, { id, revision }: Endpoint): Promise<boolean> {
  const running = await controller.readState(folderOf(home, id));
  return running?.appliedRevision === revision;
}

async function runEndpoint(
  context: ReconcileContext,
  endpoint: Endpoint,
  candidate: Deployment | undefined,
  signal: AbortSignal,
): Promise<void> {
  try {
    await startAndApply(context, endpoint, candidate, signal);
  } catch (error) {
    signal.throwIfAborted();
    if (candidate === undefined) return failEndpoint(context, endpoint, error);
    context.log.warn({ err: error, endpoint: endpoint.name, deployment: candidate.name }, "a deployment failed");
    return failDeployment(context.database, endpoint, candidate, problemOf(error));
  }
  if (candidate === undefined) await markApplied(context.database, endpoint);
  else await completeDeployment(context.database, endpoint, candidate);
}

async function startAndApply(
  context: ReconcileContext,
  endpoint: Endpoint,
  candidate: Deployment | undefined,
  signal: AbortSignal,
): Promise<void> {
  const path = folderOf(context.home, endpoint.id);
  const folder = endpointFolder(path);
  for (const each of [folder.models, folder.logs, folder.metrics, folder.collected]) {
    await mkdir(each, { recursive: true, mode: 0o700 });
  }
  const loaded = endpoint.deployments.filter(({ state }) => state === "Healthy");
  if (candidate !== undefined) loaded.push(candidate);
  for (const deployment of loaded) await stageModel(context, folder.models, deployment);
  await writeConfig(folder, await configOf(context, endpoint, candidate));
  const applied = context.controller.ensureRunning(path).then(() => context.controller.applyConfig(path));
  await within(applied, signal);
  await removeOtherModels(folder.models, loaded);
}

/** What comes first: the end of the work, of the patience, or of the signal; then the work goes on for nobody. */
async function within(work: Promise<void>, signal: AbortSignal): Promise<void> {
  const gone = Promise.withResolvers<never>();
  const onAbort = (): void => gone.reject(signal.reason);
  const onLate = (): void => {
    const text = `The processes were not ready after ${patience / 1000} s.`;
    gone.reject(new SlipwayError("SLW_ENDPOINT_START", text));
  };
  const timer = setTimeout(onLate, patience);
  signal.addEventListener("abort", onAbort, { once: true });
  if (signal.aborted) onAbort();
  try {
    await Promise.race([work, gone.promise]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", onAbort);
    work.catch(() => {});
  }
}

/** Healthy, with its traffic: the first one had it from the start. */
async function completeDeployment(database: Database, ran: Endpoint, candidate: Deployment): Promise<void> {
  await transaction(database, async (trx) => {
    const endpoint = await lockEndpointById(trx, ran.id);
    const deployment = endpoint?.deployments.find(({ id }) => id === candidate.id);
    if (!endpoint || deployment?.state !== "Transitioning") return;
    const { requestedTraffic } = deployment;
    const isFirst = !endpoint.deployments.some(({ state }) => state === "Healthy");
    const healthy = { state: "Healthy", updated_at: sql<Date>`now()` } as const;
    await trx.updateTable("deployments").set(healthy).where("id", "=", deployment.id).execute();
    const changesTraffic = requestedTraffic > 0 || isFirst;
    if (changesTraffic) {
      await writeTraffic(trx, endpoint, sharesWith(endpoint.deployments, deployment.name, requestedTraffic));
    }
    await updateEndpointRow(trx, endpoint.id, {
      ...(changesTraffic && !isFirst && nextRevision()),
      applied_revision: ran.revision,
    });
    await recordDeploymentChange(trx, endpoint, deployment, {
      how: "created",
      action: "completeDeployment",
      actor: serverActor,
      data: { state: "Healthy", by: deployment.createdBy },
    });
    if (endpoint.desired === "started") await tellState(trx, endpoint, "Healthy", null);
  });
}

async function failDeployment(
  database: Database,
  { id }: Endpoint,
  candidate: Deployment,
  problem: Problem,
): Promise<void> {
  await transaction(database, async (trx) => {
    const endpoint = await lockEndpointById(trx, id);
    const deployment = endpoint?.deployments.find((each) => each.id === candidate.id);
    if (!endpoint || deployment?.state !== "Transitioning") return;
    const failed = { state: "Failed", state_reason: problem.message, problem: JSON.stringify(problem) } as const;
    await trx.updateTable("deployments").set(failed).where("id", "=", deployment.id).execute();
    await updateEndpointRow(trx, id, nextRevision());
    await recordDeploymentChange(trx, endpoint, deployment, {
      how: "updated",
      action: "failDeployment",
      actor: serverActor,
      data: { state: "Failed", ...problem },
    });
  });
}

async function markApplied(database: Database, { id, revision }: Endpoint): Promise<void> {
  await transaction(database, async (trx) => {
    const endpoint = await lockEndpointById(trx, id);
    if (endpoint?.desired !== "started") return;
    await updateEndpointRow(trx, id, { applied_revision: revision });
    await tellState(trx, endpoint, "Healthy", null);
  });
}

/** It is started, and has no deployment that could run. */
async function endWithout(context: ReconcileContext, endpoint: Endpoint, signal: AbortSignal): Promise<void> {
  await within(context.controller.stopEndpoint(folderOf(context.home, endpoint.id)), signal);
  const failed = endpoint.deployments.at(-1);
  const reason =
    failed === undefined
      ? "It has no deployment."
      : `Its deployment "${failed.name}" did not become healthy: ${failed.stateReason ?? ""}`;
  await settle(context.database, endpoint, "Failed", reason);
}

async function haltEndpoint(context: ReconcileContext, endpoint: Endpoint, signal: AbortSignal): Promise<void> {
  await within(context.controller.stopEndpoint(folderOf(context.home, endpoint.id)), signal);
  await settle(context.database, endpoint, "Stopped", null);
}

/** What serves goes on; where nothing does, the row says why. */
async function failEndpoint(context: ReconcileContext, endpoint: Endpoint, error: unknown): Promise<never> {
  const running = await context.controller.readState(folderOf(context.home, endpoint.id)).catch(() => null);
  if (running === null || running.listeningReplicas === 0)
    await saveState(context.database, endpoint.id, "Failed", problemOf(error).message);
  throw error;
}

/** The folder first: a row that is left leads to its folder, a folder without a row to nothing. */
async function removeEndpoint(context: ReconcileContext, { id }: Endpoint, signal: AbortSignal): Promise<void> {
  const folder = folderOf(context.home, id);
  await within(context.controller.stopEndpoint(folder), signal);
  await rm(folder, { recursive: true, force: true });
  await context.database.deleteFrom("endpoints").where("id", "=", id).where("desired", "=", "deleted").execute();
}

async function settle(
  database: Database,
  { id, revision }: Endpoint,
  state: EndpointState,
  reason: string | null,
): Promise<void> {
  await transaction(database, async (trx) => {
    const endpoint = await lockEndpointById(trx, id);
    if (endpoint === null) return;
    await updateEndpointRow(trx, id, { applied_revision: revision });
    await tellState(trx, endpoint, state, reason);
  });
}

/** What was seen of an endpoint, where it is something new, and it was not stopped meanwhile. */
export function saveState(database: Database, id: string, state: EndpointState, reason: string | null): Promise<void> {
  return transaction(database, async (trx) => {
    const endpoint = await lockEndpointById(trx, id);
    if (endpoint?.desired === "started") await tellState(trx, endpoint, state, reason);
  });
}

async function tellState(
  trx: Queryable,
  endpoint: Endpoint,
  state: EndpointState,
  reason: string | null,
): Promise<void> {
  if (endpoint.state === state && endpoint.stateReason === reason) return;
  await updateEndpointRow(trx, endpoint.id, { state, state_reason: reason });
  const data = { state, previousState: endpoint.state, reason };
  await recordEndpointChange(trx, endpoint, { how: "updated", action: "watchEndpoint", actor: serverActor, data });
}

function problemOf(error: unknown): Problem {
  if (error instanceof SlipwayError) return { code: error.code, message: error.message, fix: error.fix };
  const { message } = error as Error;
  const fix = "See `slipway endpoints logs NAME` and the server's log.";
  return { code: "SLW_ENDPOINT_START", message, fix };
}
