import type { AutoMLResult, LeaderboardModel } from "../automl/index.ts";
import type { Output } from "./output.ts";
import { count, metric, number, table, type Column } from "./text.ts";

const shownModels = 15;

/** Beside the primary metric, the ones that most people ask for first. */
const secondary: Readonly<Record<AutoMLResult["task"], readonly string[]>> = {
  classification: ["accuracy", "AUC_weighted", "log_loss"],
  regression: ["r2_score", "root_mean_squared_error", "mean_absolute_error"],
};

export function showLeaderboard(output: Output, result: AutoMLResult): void {
  const others = secondary[result.task].filter((name) => name !== result.metric);
  const columns: Column[] = [
    { title: "#", align: "right" },
    { title: "model", flexible: true },
    { title: result.metric, align: "right" },
    ...others.map((title): Column => ({ title, align: "right", optional: true })),
    { title: "train s", align: "right" },
    { title: "µs/row", align: "right", optional: true },
  ];
  const rows = result.models.slice(0, shownModels).map((model, i) => leaderboardRow(model, i + 1, others));
  const [header = "", first = "", ...rest] = table(columns, rows, output.width);
  output.line();
  output.line(output.bold(`Leaderboard (${result.validation})`));
  output.line(output.bold(header));
  output.line(output.green(first));
  for (const line of rest) output.line(line);
  const more = result.models.length - shownModels;
  if (more > 0) output.line(output.dim(`and ${count(more)} more; --json lists all of them`));
  if (result.failed.length > 0) output.line(output.yellow(`${count(result.failed.length)} trials failed`));
}

function leaderboardRow(model: LeaderboardModel, rank: number, others: readonly string[]): string[] {
  return [
    String(rank),
    model.name,
    metric(model.value),
    ...others.map((name) => metric(model.metrics[name])),
    model.trainSeconds.toFixed(2),
    number(model.predictMicrosPerRow, 3),
  ];
}
