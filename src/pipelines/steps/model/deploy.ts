/**
 * A deploy step. It writes what is wanted, and a server, whose children the scoring processes are, makes it so:
 * 1. A deployment of the model is asked for, on the endpoint that is there or on a new one.
 * 2. The server loads it beside what serves, and gives it its traffic once it is healthy; or says why it is not, and what
 *    served before goes on.
 * 3. When the processes have taken the traffic, deployments that have none any more are removed.
 * Each change is one transaction under the job's fence, and found again by who tries the step's run again.
 */
import { setTimeout as delay } from "node:timers/promises";
import { idOf, SlipwayError } from "../../../base/index.ts";
import { loadEndpoints, type DeployedEndpoint, type Deployment } from "../../../serving/index.ts";
import { getRun, logBatch } from "../../../tracking/index.ts";
import type { DeployStep, StepOutputs } from "../../../definition/index.ts";
import type { StepContext, StepHandler } from "../types.ts";
import { readDeploySettings, type DeploySettings } from "./deploy-settings.ts";
import { optionError, readOption } from "./read-options.ts";

/** Tag of the step's run: "ENDPOINT/DEPLOYMENT". */
const deploymentTag = "slipway.deployment";

/** Milliseconds between two looks at the rows: an event tells of a deployment, but none of what its processes took. */
const pause = 250;
/** Milliseconds before the job's deadline at which the step gives up by itself, to say why. */
const lastWords = 5_000;

interface Wanted extends DeploySettings {
  readonly endpoint: string;
  /** NAME@VERSION */
  readonly model: string;
  /** Percent. */
  readonly traffic: number;
}

interface Serving {
  readonly endpoint: DeployedEndpoint;
  readonly deployment: Deployment;
}

/**
 * Outputs: scoring_uri, deployment (its name).
 * @throws SLW_STEP_OPTION, SLW_ENDPOINT_START with the reason, SLW_ENDPOINT_STATE, SLW_ENDPOINT_SETTINGS, SLW_REGISTRY_*
 */
export const runDeploy: StepHandler = async (context) => {
  const wanted = wantedBy(context);
  const asked = await ask(context, wanted);
  await context.write(`${wanted.model} is to be served by ${wanted.endpoint}/${asked.deployment.name}`);
  const serving = await untilServing(context, asked);
  const { endpoint, deployment } = serving;
  await context.write(`${endpoint.name}/${deployment.name} is healthy and has ${deployment.traffic} % of the traffic`);
  if (wanted.traffic === 100) await removeOthers(context, serving);
  const outputs: StepOutputs = {
    scoring_uri: { type: "value", value: `http://${nameOf(endpoint.host)}:${endpoint.port}/score` },
    deployment: { type: "value", value: deployment.name },
  };
  return { outputs };
};

function wantedBy({ spec }: StepContext): Wanted {
  const step = spec.step as DeployStep;
  const endpoint = step.endpoint;
  if (!/^[a-z]([a-z0-9-]{0,30}[a-z0-9])?$/.test(endpoint)) {
    throw optionError("endpoint", "at most 32 small letters, digits and dashes, a letter first", `"${endpoint}"`);
  }
  const value = spec.values["model"];
  if (value !== undefined && value.type !== "value" && value.type !== "model_version") {
    throw new SlipwayError("SLW_STEP_OPTION", `model: expected a registered version, got a ${value.type}.`, {
      fix: "Register it with a register step before, and give that step's output `version`.",
      details: { option: "model", expected: "a registered version", got: value.type },
    });
  }
  const model = value?.type === "model_version" ? `${value.model}@${value.version}` : step.model;
  const percent = step.traffic === undefined || step.traffic === null || step.traffic === "" ? 100 : step.traffic;
  const traffic = readOption(percent, { type: "integer", min: 0, max: 100 }, "traffic") as number;
  return { endpoint, model, traffic, ...readDeploySettings(step.settings ?? {}) };
}

const deploymentId = ({ job }: StepContext): string => idOf(`run/${job.runId}/deployment`);

/** The deployment that this step's run has asked for, or asks for now. */
async function ask(context: StepContext, wanted: Wanted): Promise<Serving> {
  const { job, hold } = context;
  const { requestDeployment, wantEndpoint } = await loadEndpoints();
  const id = deploymentId(context);
  const { model, traffic, settings } = wanted;
  const input = { id, workspaceId: job.workspaceId, endpoint: wanted.endpoint, model, actor: job.actor };
  const isThere = (endpoint: DeployedEndpoint): Serving => ({ endpoint, deployment: own(endpoint, id) });
  const run = { workspaceId: job.workspaceId, runId: job.runId };
  return hold(async (trx) => {
    const there = await findOwn(trx, context, wanted.endpoint);
    if (there !== null) return isThere(there);
    const exists = await trx
      .selectFrom("endpoints")
      .select("id")
      .where("workspace_id", "=", job.workspaceId)
      .where("name", "=", wanted.endpoint)
      .where("desired", "!=", "deleted")
      .executeTakeFirst();
    const { computeType, authMode, description } = wanted;
    const made =
      exists === undefined
        ? await wantEndpoint(trx, { ...input, computeType, authMode, description, settings })
        : await requestDeployment(trx, { ...input, traffic });
    const asked = isThere(made);
    await logBatch(trx, { ...run, tags: { [deploymentTag]: `${made.name}/${asked.deployment.name}` } });
    return asked;
  });
}

/**
 * What an earlier attempt has asked for; null where none has.
 * @throws SLW_ENDPOINT_STATE where it was removed since: asking again would undo what came after it
 */
async function findOwn(
  trx: Parameters<Parameters<StepContext["hold"]>[0]>[0],
  context: StepContext,
  endpoint: string,
): Promise<DeployedEndpoint | null> {
  const { workspaceId, runId } = context.job;
  const { tags } = await getRun(trx, { workspaceId, runId });
  const name = tags[deploymentTag];
  if (name === undefined) return null;
  const { findEndpoint } = await loadEndpoints();
  const found = await findEndpoint(trx, { workspaceId, endpoint });
  if (found.deployments.some(({ id }) => id === deploymentId(context))) return found;
  throw removedMeanwhile(name);
}

function own({ name, deployments }: DeployedEndpoint, id: string): Deployment {
  const found = deployments.find((each) => each.id === id);
  if (found === undefined) throw removedMeanwhile(name);
  return found;
}

function removedMeanwhile(name: string): SlipwayError {
  return new SlipwayError("SLW_ENDPOINT_STATE", `The deployment of this step to ${name} was removed meanwhile.`, {
    fix: "Run the step again where it should serve after all.",
  });
}

/** Healthy, and its processes have taken the traffic that it got. @throws SLW_ENDPOINT_START with the reason */
async function untilServing(context: StepContext, asked: Serving): Promise<Serving> {
  const { job, hold, signal } = context;
  const { findEndpoint } = await loadEndpoints();
  const ref = { workspaceId: job.workspaceId, endpoint: asked.endpoint.name };
  let healthyAt: number | null = null;
  for (;;) {
    const endpoint = await hold((trx) => findEndpoint(trx, ref));
    const deployment = own(endpoint, asked.deployment.id);
    const { state, problem } = deployment;
    const where = `${endpoint.name}/${deployment.name}`;
    if (state === "Failed") {
      throw new SlipwayError("SLW_ENDPOINT_START", `${where} did not become healthy: ${problem?.message ?? ""}`, {
        ...(problem !== null && { fix: problem.fix, details: { code: problem.code } }),
      });
    }
    if (state === "Healthy") {
      healthyAt ??= endpoint.revision;
      if (endpoint.appliedRevision >= healthyAt) return { endpoint, deployment };
    }
    if (signal.aborted) await withdraw(context, asked);
    if (Date.now() > job.deadlineAt.getTime() - lastWords) {
      const what = state === "Healthy" ? "has not taken its traffic" : "has not become healthy";
      throw new SlipwayError("SLW_ENDPOINT_START", `${where} ${what} in the time that the step has.`, {
        fix: "See `slipway endpoints show NAME`, and whether the server runs on which the endpoint was made.",
      });
    }
    await delay(pause, undefined, { signal }).catch(() => undefined);
  }
}

/** Cancelled: what does not serve yet is not to begin with it. */
async function withdraw({ job, hold, write, signal }: StepContext, { endpoint, deployment }: Serving): Promise<never> {
  const { withdrawDeployment } = await loadEndpoints();
  const ref = { workspaceId: job.workspaceId, endpoint: endpoint.name, id: deployment.id, actor: job.actor };
  const taken = await hold((trx) => withdrawDeployment(trx, ref));
  await write(`${endpoint.name}/${deployment.name} ${taken ? "is taken back" : "serves already, and goes on"}`);
  throw signal.reason;
}

/** Those that served before it, unless somebody has given them traffic again. */
async function removeOthers({ job, hold, write }: StepContext, { endpoint, deployment }: Serving): Promise<void> {
  const { findEndpoint, removeDeployment } = await loadEndpoints();
  const ref = { workspaceId: job.workspaceId, endpoint: endpoint.name };
  const removed = await hold(async (trx) => {
    const { deployments } = await findEndpoint(trx, ref);
    if (deployments.find(({ id }) => id === deployment.id)?.traffic !== 100) return [];
    const others = deployments.filter(
      (each) =>
        each.id !== deployment.id &&
        each.state !== "Transitioning" &&
        each.traffic === 0 &&
        each.mirror === 0 &&
        each.createdAt <= deployment.createdAt,
    );
    for (const { name } of others) await removeDeployment(trx, { ...ref, deployment: name, actor: job.actor });
    return others.map(({ name }) => name);
  });
  if (removed.length > 0) await write(`removed: ${removed.join(", ")}`);
}

/** An endpoint that listens on all addresses is reached by this one from its own machine. */
function nameOf(host: string): string {
  if (host === "0.0.0.0" || host === "::") return "127.0.0.1";
  return host.includes(":") ? `[${host}]` : host;
}
