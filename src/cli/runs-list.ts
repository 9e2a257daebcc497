import type { MetricValue, RunItem } from "../contract/index.ts";
import type { Command, Invocation } from "./command.ts";
import { printListing, shortTime } from "./listing.ts";
import { resolveRun, secondsOf } from "./runs-resolve.ts";
import { connect, serverOptions } from "./server-client.ts";
import { duration, metric } from "./text.ts";
import { choiceOption, listOption, numberOption } from "./values.ts";

const kinds = ["automl", "trial", "mlflow", "pipeline", "step", "command", "batch"] as const;
const statuses = ["QUEUED", "SCHEDULED", "RUNNING", "FINISHED", "FAILED", "KILLED"] as const;

export const runsListCommand: Command = {
  name: "runs list",
  summary: "Lists runs, the newest first.",
  operands: [],
  options: [
    { name: "experiment", value: "NAME", description: "Only runs of this experiment, by name or number." },
    {
      name: "kind",
      value: "KIND",
      description: `Only runs of this kind: ${kinds.join(", ")}. By default all but trials and steps.`,
    },
    { name: "status", value: "STATUS", description: `Only runs with this status: ${statuses.join(", ")}.` },
    { name: "parent", value: "RUN", description: "Only the parts of this run: the trials of an AutoML run." },
    {
      name: "filter",
      value: "FILTER",
      description: "Only runs that match, in MLflow's grammar: \"metrics.AUC > 0.9 AND params.depth = '3'\".",
    },
    {
      name: "sort",
      value: "FIELD",
      description:
        "start, end, name, status, user, metrics.NAME, params.NAME or tags.NAME; a dash before it reverses it (--sort=-metrics.AUC). By default the newest start first.",
    },
    { name: "metrics", value: "NAMES", description: "Metrics to show, separated by commas." },
    { name: "limit", value: "NUMBER", description: "Runs at most, up to 200. By default 50." },
    { name: "deleted", description: "Deleted runs instead." },
    ...serverOptions,
  ],
  details: [],
  example: "slipway runs list --kind automl --sort=-metrics.AUC_weighted --metrics AUC_weighted,accuracy",
  writesData: (options) => "json" in options,
  run: listRuns,
};

async function listRuns(invocation: Invocation): Promise<void> {
  const { options } = invocation;
  const client = connect(options);
  const { experiment, parent, filter, sort } = options;
  const kind = choiceOption(options, "kind", kinds);
  const status = choiceOption(options, "status", statuses);
  const limit = numberOption(options, "limit", { min: 1, max: 200, whole: true });
  const names = listOption(options, "metrics") ?? [];
  const page = await client.listRuns({
    query: {
      limit: limit ?? 50,
      ...(experiment !== undefined && { experiment: [(await client.getExperiment({ experiment })).number] }),
      ...(parent !== undefined && { parent: await resolveRun(client, parent) }),
      ...(kind !== undefined
        ? { kind: [kind] }
        : parent === undefined && { kind: kinds.filter((name) => name !== "trial" && name !== "step") }),
      ...(status !== undefined && { status: [status] }),
      ...(filter !== undefined && { filter }),
      ...(sort !== undefined && { sort }),
      ...("deleted" in options && { lifecycle: "deleted" as const }),
      ...(names.length > 0 && { fields: names.map((name) => `metrics.${name}`) }),
    },
  });
  const columns = [
    { title: "ID" },
    { title: "NAME", flexible: true as const },
    { title: "KIND" },
    { title: "STATUS" },
    ...names.map((title) => ({ title, align: "right" as const })),
    { title: "STARTED", optional: true as const },
    { title: "TIME", align: "right" as const, optional: true as const },
    { title: "USER", optional: true as const },
  ];
  await printListing(invocation, page, columns, (run) => cells(run, names), "There are no such runs.");
}

function cells(run: RunItem, metrics: readonly string[]): string[] {
  const seconds = secondsOf(run);
  return [
    run.id,
    run.name,
    run.kind,
    run.status,
    ...metrics.map((name) => metricText(run.metrics?.[name])),
    shortTime(run.startedAt),
    seconds === null ? "–" : duration(seconds),
    run.user,
  ];
}

export function metricText(value: MetricValue | null | undefined): string {
  return typeof value === "number" ? metric(value) : (value ?? "–");
}
