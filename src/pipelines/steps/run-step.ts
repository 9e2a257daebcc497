/** The job of a step, whatever its type: from its spec to what it gives. */
import type { Transaction } from "kysely";
import { SlipwayError } from "../../base/index.ts";
import type { JobContext, JobResult, JobUsage } from "../../compute/index.ts";
import type { Tables } from "../../store/index.ts";
import { appendRunLog, logBatch } from "../../tracking/index.ts";
import type { StepType } from "../../definition/index.ts";
import type { CommandServices } from "./command/index.ts";
import type { StepContext, StepResult, StepSpec } from "./types.ts";

type Run = (
  context: StepContext,
  services: CommandServices,
) => Promise<StepResult & { readonly usage?: JobUsage | null }>;

/** Loaded when a step of the type comes: a worker that runs commands needs no models. */
const handlers: Readonly<Partial<Record<StepType, () => Promise<Run>>>> = {
  data_check: async () => (await import("./data/index.ts")).runDataCheck,
  transform: async () => (await import("./data/index.ts")).runTransform,
  evaluate: async () => (await import("./model/index.ts")).runEvaluate,
  register: async () => (await import("./model/index.ts")).runRegister,
  deploy: async () => (await import("./model/index.ts")).runDeploy,
  command: async () => (await import("./command/index.ts")).runCommand as Run,
  http: async () => (await import("./outbound/index.ts")).runHttp,
  notify: async () => (await import("./outbound/index.ts")).runNotify,
};

/** @throws SLW_JOB_FENCED, and what fails without a program's usage to tell */
export async function runStepJob(context: JobContext, services: CommandServices): Promise<JobResult> {
  const { job, signal, database } = context;
  const spec = job.spec as unknown as StepSpec;
  const load = handlers[spec.type];
  if (load === undefined) return { state: "FAILED", reason: `no worker knows steps of type "${spec.type}"` };
  const run = { workspaceId: job.workspaceId, runId: job.runId };
  const write = (text: string): Promise<void> =>
    appendRunLog(database, { ...run, text: text.endsWith("\n") ? text : `${text}\n` });
  try {
    const {
      outputs,
      metrics = {},
      cancelRest,
      last,
      usage,
    } = await (await load())({ ...context, spec, write }, services);
    const at = { timestamp: Date.now(), step: 0 };
    const logged = Object.entries(metrics).map(([key, value]) => ({ key, value, ...at }));
    return {
      state: "FINISHED",
      reason: null,
      result: { outputs, ...(cancelRest !== undefined && { cancelRest }) },
      ...(usage && { usage }),
      ...((last !== undefined || logged.length > 0) && {
        async last(trx: Transaction<Tables>) {
          await last?.(trx);
          if (logged.length > 0) await logBatch(trx, { ...run, metrics: logged });
        },
      }),
    };
  } catch (error) {
    const usage = usageOf(error);
    if (!(error instanceof SlipwayError) || usage === null) throw error;
    return {
      state: signal.aborted ? "KILLED" : "FAILED",
      reason: `${signal.aborted ? "cancelled; " : ""}${error.message} (${error.code})`,
      usage,
    };
  }
}

/** How the program of a command that failed ended. */
function usageOf(error: unknown): JobUsage | null {
  return error instanceof SlipwayError ? ((error.details["usage"] as JobUsage | undefined) ?? null) : null;
}
