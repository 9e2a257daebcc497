/**
 * A worker for tests of runs: its steps are commands that nobody executes, their first word says what happens. What ends
 * is written into the table `ended` in the transaction that ends the job.
 */
import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import { sql } from "kysely";
import { SlipwayError } from "../../base/index.ts";
import { runWorker, type JobContext, type JobResult } from "../../compute/index.ts";
import type { CommandStep, StepOutputs, StepValue } from "../../definition/index.ts";
import { keepRunStatus } from "../jobs/run-status.ts";
import { stepKind, type StepSpec } from "../steps/types.ts";

await runWorker(() =>
  Promise.resolve({
    handlers: { [stepKind]: runStep },
    listener: keepRunStatus,
    extentOf: () => "nothing",
  }),
);

async function runStep(context: JobContext): Promise<JobResult> {
  const spec = context.job.spec as unknown as StepSpec;
  const [verb = "true", ...words] = (spec.step as CommandStep).command;
  const outputs: Record<string, StepValue> = {};
  let cancelRest: string | undefined;
  for (const word of verb === "emit" ? words : []) {
    if (word.startsWith("sleep=")) await delay(Number(word.slice("sleep=".length)));
    else Object.assign(outputs, outputOf(word));
  }
  if (verb === "fail") throw new SlipwayError("SLW_PIPELINE_STATE", words.join(" "));
  if (verb === "fail-first" && (await triesOf(context, spec)) < Number(words[0])) {
    await note(context, spec, "failed");
    throw new SlipwayError("SLW_PIPELINE_STATE", "not yet");
  }
  if (verb === "wait") {
    await note(context, spec, "began");
    if (!context.signal.aborted) await once(context.signal, "abort");
    return { state: "KILLED", reason: "asked to end" };
  }
  if (verb === "nothing-better") cancelRest = words.join(" ");
  const result: { outputs: StepOutputs; cancelRest?: string } = { outputs, ...(cancelRest && { cancelRest }) };
  return {
    state: "FINISHED",
    reason: null,
    result: { ...result },
    ...(verb !== "true" && {
      last: async (trx) => void (await insert(spec, context, "finished").execute(trx)),
    }),
  };
}

/** "rows=3": a number where it is one. */
function outputOf(word: string): Record<string, StepValue> {
  const [name = "", text = ""] = word.split("=");
  const value = text !== "" && Number.isFinite(Number(text)) ? Number(text) : text;
  return { [name]: { type: "value", value } };
}

async function triesOf({ database }: JobContext, { pipelineRun, name }: StepSpec): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    SELECT count(*) AS count FROM ended WHERE pipeline_run = ${pipelineRun} AND name = ${name}
  `.execute(database);
  return rows[0]?.count ?? 0;
}

async function note(context: JobContext, spec: StepSpec, how: string): Promise<void> {
  await context.hold((trx) => insert(spec, context, how).execute(trx));
}

function insert({ pipelineRun, name }: StepSpec, { job }: JobContext, how: string) {
  return sql`INSERT INTO ended VALUES (${pipelineRun}, ${name}, ${job.runId}, ${job.attempt}, ${how})`;
}
