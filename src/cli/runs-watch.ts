import type { AutoMLEvent } from "../automl/index.ts";
import { SlipwayError } from "../base/index.ts";
import type { Client, Run } from "../contract/index.ts";
import { createProgress } from "./automl-progress.ts";
import type { Command, Invocation } from "./command.ts";
import { followEvents } from "./follow-events.ts";
import type { Output } from "./output.ts";
import { followPipelineRun, printSteps } from "./pipelines-follow.ts";
import { metricText } from "./runs-list.ts";
import { resolveRun, runOperand, secondsOf, statusText } from "./runs-resolve.ts";
import { connect, serverOptions } from "./server-client.ts";
import { cut, duration, printable } from "./text.ts";

export const runsWatchCommand: Command = {
  name: "runs watch",
  summary: "Follows a run until it ends.",
  operands: [runOperand],
  options: serverOptions,
  details: [
    "Exit code 0 where it is FINISHED, 1 where it FAILED or was KILLED. Ctrl-C ends only the watching; `slipway runs cancel` ends the run.",
    "An AutoML run shows its models as they finish, those from before the watching began as well; a run of a pipeline, its steps. With --json the run is printed when it has ended.",
  ],
  example: "slipway runs watch calm-otter-417",
  writesData: (options) => "json" in options,
  run: async ({ operands: [given = ""], options, output, write, signal }: Invocation) => {
    const client = connect(options);
    const runId = await resolveRun(client, given);
    if ((await client.getRun({ run: runId })).kind === "pipeline") {
      printSteps(output, await followPipelineRun(client, runId, output, signal));
    }
    const run = await watchRun(client, runId, output, signal);
    if ("json" in options) await write(`${JSON.stringify(run)}\n`);
    else output.line(`${output.bold(printable(run.name))}: ${statusText(run)}${timeText(run)}`);
    if (run.status !== "FINISHED") process.exitCode = 1;
  },
};

/** Shows how the run goes. @returns it at its end */
export async function watchRun(client: Client, runId: string, output: Output, signal: AbortSignal): Promise<Run> {
  const begin = await client.getRun({ run: runId });
  if (isEnd(begin)) return begin;
  const after = begin.kind === "automl" ? await firstEvent(client, runId) : null;
  const progress = after === null ? null : createProgress(output);
  try {
    const query = { subject: `run/${runId}`, ...(after !== null && { after }) };
    for await (const event of followEvents(client, query, signal)) {
      if (event?.data.type === "run.progress") {
        progress?.show(event.data.data["event"] as AutoMLEvent);
        continue;
      }
      // Events of the past come first: the end is where the run says so and the event as well.
      if (progress !== null && event?.data.type !== "run.updated") continue;
      const run = await client.getRun({ run: runId });
      if (isEnd(run) && (progress === null || event?.data.data["status"] === run.status)) return run;
      if (progress === null) output.status(output.dim(cut(statusLine(run), output.width - 1)));
    }
    throw signal.reason;
  } finally {
    progress?.stop();
    output.status("");
  }
}

function isEnd({ status }: Run): boolean {
  return status === "FINISHED" || status === "FAILED" || status === "KILLED";
}

/** Where the events of an AutoML run begin; null for one that no job of ours computes. */
async function firstEvent(client: Client, run: string): Promise<string | null> {
  try {
    return (await client.getAutoMLRun({ run })).events;
  } catch (error) {
    if (error instanceof SlipwayError && error.status === 404) return null;
    throw error;
  }
}

const shownMetrics = 4;

function statusLine(run: Run): string {
  const metrics = run.metrics
    .slice(0, shownMetrics)
    .map(({ key, value, step }) => `${printable(key)} ${metricText(value)}${step === 0 ? "" : ` at step ${step}`}`);
  return [`${printable(run.name)} ${run.status}${timeText(run)}`, ...metrics].join("  ");
}

function timeText(run: Run): string {
  const seconds = secondsOf(run);
  return seconds === null ? "" : ` after ${duration(seconds)}`;
}
