/** A run of a pipeline as it goes: a line for every change of a step, a table at the end. */
import type { Client, PipelineRun, PipelineRunStep } from "../contract/index.ts";
import { followEvents } from "./follow-events.ts";
import type { Output } from "./output.ts";
import { metricText } from "./runs-list.ts";
import { secondsOf } from "./runs-resolve.ts";
import { cut, duration, printable, table } from "./text.ts";

/** @returns the run at its end */
export async function followPipelineRun(
  client: Client,
  runId: string,
  output: Output,
  signal: AbortSignal,
): Promise<PipelineRun> {
  const told = new Map<string, string>();
  try {
    for await (const _event of followEvents(client, { subject: `run/${runId}` }, signal)) {
      const run = await client.getPipelineRun({ run: runId }, { signal });
      for (const step of run.steps) tell(output, step, told);
      if (isEnd(run)) return run;
      output.status(output.dim(cut(statusLine(run), output.width - 1)));
    }
    throw signal.reason;
  } finally {
    output.status("");
  }
}

function isEnd({ status }: PipelineRun): boolean {
  return status === "FINISHED" || status === "FAILED" || status === "KILLED";
}

/** Waiting and queued steps are no news. */
function tell(output: Output, step: PipelineRunStep, told: Map<string, string>): void {
  const { name, state } = step;
  const news = `${state} ${step.attempt}`;
  if (told.get(name) === news || state === "WAITING" || state === "QUEUED") return;
  told.set(name, news);
  output.line(`${stateText(output, step)}  ${output.bold(printable(name))}${output.dim(detailText(step))}`);
}

function stateText(output: Output, { state, reusedFrom }: PipelineRunStep): string {
  const text = (reusedFrom === null ? state : "REUSED").padEnd(8);
  if (state === "FINISHED") return output.green(text);
  return state === "FAILED" || state === "KILLED" || state === "APPROVAL" ? output.yellow(text) : text;
}

function detailText(step: PipelineRunStep): string {
  const seconds = secondsOf(step);
  const time = seconds === null || step.endedAt === null ? "" : `  ${duration(seconds)}`;
  return `${time}${step.reason === null ? "" : `  ${printable(step.reason)}`}`;
}

function statusLine({ steps }: PipelineRun): string {
  const ended = steps.filter(({ endedAt }) => endedAt !== null).length;
  const running = steps.filter(({ state }) => state === "RUNNING" || state === "APPROVAL").map(({ name }) => name);
  const waits = steps.find(({ state, reason }) => state === "QUEUED" && reason !== null);
  const now = running.length > 0 ? `: ${running.map(printable).join(", ")}` : "";
  return `${ended} of ${steps.length} steps${now}${waits ? `; ${waits.name} ${printable(waits.reason ?? "")}` : ""}`;
}

const shownMetrics = 2;

export function printSteps(output: Output, { steps }: PipelineRun): void {
  const rows = steps.map((step) => {
    const seconds = secondsOf(step);
    const metrics = Object.entries(step.metrics).slice(0, shownMetrics);
    return [
      step.name,
      step.type,
      step.reusedFrom === null ? step.state : "REUSED",
      seconds === null ? "" : duration(seconds),
      metrics.map(([key, value]) => `${key} ${metricText(value)}`).join(", "),
      step.reason ?? "",
    ];
  });
  const columns = [
    { title: "STEP" },
    { title: "TYPE" },
    { title: "STATE" },
    { title: "TIME", align: "right" as const },
    { title: "METRICS", optional: true as const },
    { title: "", flexible: true as const },
  ];
  const [header = "", ...lines] = table(columns, rows, output.width);
  output.line(output.bold(header));
  for (const line of lines) output.line(line);
}
