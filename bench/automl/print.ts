/** The report of a comparison, from its results alone. */
import { mebibytes, type Report, type ReportColumn } from "../harness/report.ts";
import { mean, standardDeviation } from "../harness/statistics.ts";
import { pairings, primaryValue, standings } from "./comparison.ts";
import type { Measured, RunResult } from "./results.ts";
import type { Figures } from "./task.ts";

export function printResults(report: Report, results: readonly RunResult[]): void {
  report.versions(Object.fromEntries(results.map(({ tool, version }) => [tool, version])));
  for (const table of new Set(results.map((result) => result.table)))
    printTable(
      report,
      results.filter((result) => result.table === table),
    );
  printStandings(report, results);
  printPairings(report, results);
  printDoubts(report, results);
}

const figureColumns: Readonly<Record<"classification" | "regression", readonly ReportColumn[]>> = {
  classification: [
    { key: "AUC", title: "AUC", digits: 5 },
    { key: "log loss", title: "log loss", digits: 4 },
    { key: "accuracy", title: "accuracy", digits: 4 },
    { key: "argmax accuracy", title: "argmax accuracy", digits: 4 },
  ],
  regression: [
    { key: "RMSE", title: "RMSE", digits: 4 },
    { key: "R2", title: "R2", digits: 4 },
  ],
};

/** One table of the report: a line for each tool. */
function printTable(report: Report, results: readonly RunResult[]): void {
  const [{ table, trainRows, testRows, columns, classes, metric }] = results;
  const kind = classes === 0 ? "regression" : `${classes} classes`;
  const figures = figureColumns[classes === 0 ? "regression" : "classification"];
  report.table(
    `${table} (${trainRows} + ${testRows} rows x ${columns} columns, ${kind}; by ${metric})`,
    [
      { key: "tool", title: "tool" },
      { key: "runs", title: "runs" },
      { key: "primary", title: metric, digits: 5 },
      { key: "deviation", title: "sd", digits: 5 },
      ...figures.filter(({ key }) => key !== metric),
      { key: "training", title: "training s", digits: 1 },
      { key: "row", title: "one row µs", digits: 0 },
      { key: "model", title: "model MiB", digits: 2 },
      { key: "peak", title: "peak MiB", digits: 0 },
    ],
    [...new Set(results.map(({ tool }) => tool))].map((tool) =>
      toolRow(
        tool,
        results.filter((result) => result.tool === tool),
        figures,
      ),
    ),
  );
}

function toolRow(
  tool: string,
  results: readonly RunResult[],
  figures: readonly ReportColumn[],
): Record<string, string | number | null> {
  const answered = results.filter((result) => result.measured !== null);
  const meanOf = (value: (measured: Measured) => number | null | undefined): number =>
    mean(answered.map((result) => value(result.measured as Measured) ?? Number.NaN));
  const values = answered.map(primaryValue);
  return {
    tool,
    runs: answered.length,
    primary: mean(values),
    deviation: standardDeviation(values),
    ...Object.fromEntries(
      figures.map(({ key }) => [key, meanOf((measured) => measured.figures[key as keyof Figures])]),
    ),
    training: meanOf(({ trainingSeconds }) => trainingSeconds),
    row: meanOf(({ rowMicroseconds }) => rowMicroseconds),
    model: meanOf(({ modelBytes }) => mebibytes(modelBytes)),
    peak: meanOf(({ peakBytes }) => mebibytes(peakBytes)),
  };
}

function printStandings(report: Report, results: readonly RunResult[]): void {
  const rows = standings(results);
  report.table(
    `rank by the primary metric on the ${rows[0]?.tables ?? 0} tables that all have run on (1 is best; a failure is last)`,
    [
      { key: "tool", title: "tool" },
      { key: "meanRank", title: "mean rank", digits: 2 },
      { key: "wins", title: "tables won" },
      { key: "failures", title: "failures" },
    ],
    rows.toSorted((a, b) => a.meanRank - b.meanRank).map((row) => ({ ...row })),
  );
}

function printPairings(report: Report, results: readonly RunResult[]): void {
  const rows = pairings(results, "slipway");
  if (rows.length === 0) return;
  report.table(
    "slipway against each peer, seed by seed, by the primary metric (positive: slipway is better)",
    [
      { key: "table", title: "table" },
      { key: "peer", title: "peer" },
      { key: "seeds", title: "seeds" },
      { key: "advantage", title: "advantage", digits: 5 },
      { key: "standardError", title: "standard error", digits: 5 },
    ],
    rows.map((row) => ({ ...row })),
  );
}

/** What a reader must know before quoting. */
function printDoubts(report: Report, results: readonly RunResult[]): void {
  for (const { tool, table, seed, error } of results)
    if (error !== undefined) report.line(`${tool} failed on ${table}, seed ${seed}: ${firstReason(error)}`);
  for (const tool of new Set(results.map((result) => result.tool))) {
    const versions = new Set(results.filter((result) => result.tool === tool).map(({ version }) => version));
    if (versions.size > 1) report.line(`${tool}: these are results of several versions: ${[...versions].join(", ")}.`);
  }
  const busy = results.filter(({ loadBefore, threads }) => loadBefore > threads / 2).length;
  if (busy > 0)
    report.line(`${busy} of ${results.length} runs began on a busy machine: a time limit bought less there.`);
}

/** The line that names the error: what a process wrote begins with its command or with a stack. */
function firstReason(error: string): string {
  const lines = error.split("\n");
  return (lines.find((line) => /error\b/i.test(line)) ?? lines[0]).slice(0, 300);
}
