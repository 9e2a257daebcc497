import { SlipwayError } from "../base/index.ts";
import type { DatasetComparison } from "../contract/index.ts";
import type { Command } from "./command.ts";
import { datasetOperand, datasetVersion } from "./data-values.ts";
import type { Output } from "./output.ts";
import { showProfile } from "./profile-report.ts";
import { connect, serverOptions } from "./server-client.ts";
import { count, metric, number, printable, table, type Column } from "./text.ts";

export const dataProfileCommand: Command = {
  name: "data profile",
  summary: "Shows what is in a dataset: types, missing values, quantiles, frequent values and what looks wrong.",
  operands: [datasetOperand],
  options: serverOptions,
  details: [],
  example: "slipway data profile penguins",
  writesData: (options) => "json" in options,
  run: async ({ operands, options, output, write, signal }) => {
    const profile = await connect(options).getDatasetProfile(datasetVersion(operands[0] ?? ""), { signal });
    if ("json" in options) await write(`${JSON.stringify(profile)}\n`);
    else showProfile(output, profile);
  },
};

export const dataCompareCommand: Command = {
  name: "data compare",
  summary: "Shows how two versions of a dataset differ: schema, rows, and how far each column has moved.",
  operands: [
    { name: "NAME@VERSION", description: "The earlier version: bank@1." },
    { name: "VERSION", description: "The later one: a number, or latest." },
  ],
  options: serverOptions,
  details: [
    "PSI: population stability index, above 0.25 has shifted. JS: Jensen-Shannon distance, KS: Kolmogorov-Smirnov statistic, both 0 to 1. Wasserstein: in standard deviations of the earlier version.",
  ],
  example: "slipway data compare penguins@1 latest",
  writesData: (options) => "json" in options,
  run: async ({ operands: [earlier = "", later = ""], options, output, write, signal }) => {
    if (!/^(latest|[1-9]\d{0,8})$/.test(later)) {
      throw new SlipwayError("SLW_CLI_OPERAND", `"${later}" is no version.`, {
        fix: "Give a number, or latest: slipway data compare bank@1 2",
      });
    }
    const comparison = await connect(options).compareDatasetVersions(
      { ...datasetVersion(earlier), query: { with: later } },
      { signal },
    );
    if ("json" in options) await write(`${JSON.stringify(comparison)}\n`);
    else showComparison(output, comparison);
  },
};

const columns: readonly Column[] = [
  { title: "COLUMN", flexible: true },
  { title: "TYPE", optional: true },
  { title: "NULLS", align: "right" },
  { title: "MEAN", align: "right", optional: true },
  { title: "PSI", align: "right" },
  { title: "JS", align: "right" },
  { title: "KS", align: "right", optional: true },
  { title: "WASSERSTEIN", align: "right", optional: true },
  { title: "CATEGORIES", optional: true },
];

function showComparison(
  output: Output,
  { baseline, target, rows, schema, columns: compared }: DatasetComparison,
): void {
  const title = `${baseline.dataset}@${baseline.version} → ${target.dataset}@${target.version}`;
  output.line(`${output.bold(title)}: ${count(rows.baseline as number)} → ${count(rows.target as number)} rows`);
  for (const { name, type } of schema.added) output.line(output.green(`+ ${printable(name)} (${type})`));
  for (const { name, type } of schema.removed) output.line(output.yellow(`- ${printable(name)} (${type})`));
  for (const { name, from, to } of schema.changed) output.line(output.yellow(`~ ${printable(name)}: ${from} → ${to}`));
  output.line();
  const lines = compared.map((column) => [
    column.name,
    column.type,
    `${percent(column.nullRatio.baseline as number)} → ${percent(column.nullRatio.target as number)}`,
    column.mean && column.type === "numeric"
      ? `${number(column.mean.baseline as number)} → ${number(column.mean.target as number)}`
      : "–",
    ...[
      column.populationStabilityIndex,
      column.jensenShannonDistance,
      column.kolmogorovSmirnov,
      column.normalizedWassersteinDistance,
    ].map((value) => metric(value ?? NaN)),
    column.categories ? `+${column.categories.added.count} -${column.categories.removed.count}` : "–",
  ]);
  for (const line of table(columns, lines, output.width)) output.line(line);
}

function percent(ratio: number): string {
  return `${(100 * ratio).toFixed(ratio > 0 && ratio < 0.1 ? 1 : 0)}%`;
}
