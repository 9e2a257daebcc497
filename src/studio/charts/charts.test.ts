/** Every chart draws, says its main fact, and bears data that is empty, alone, missing or odd. */
import { createElement, type ReactNode } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { describe, expect, test } from "vitest";
import {
  BeeswarmChart,
  ColumnDistribution,
  ConfusionMatrix,
  HistogramChart,
  ImportanceChart,
  LeaderboardChart,
  LineChart,
  ParallelCoordinates,
  PartialDependenceChart,
  PredictedTrueChart,
  ProgressChart,
  ResidualsChart,
  RocChart,
  ScatterChart,
  Sparkline,
  TimelineChart,
  TimeSeriesChart,
  type ClassificationCharts,
  type RegressionCharts,
} from "./index.ts";
import { NumbersTable } from "./chart-frame.tsx";

const draw = (chart: ReactNode): string => renderToStaticMarkup(chart);
const labelsOf = (html: string): string[] =>
  [...html.matchAll(/role="img" aria-label="([^"]*)"/g)].map(([, label]) => label as string);

/** No coordinate is missing, and no number of the picture is none. */
function expectDrawn(html: string, label: string | RegExp): void {
  expect(labelsOf(html)[0]).toMatch(label);
  expect(html).not.toMatch(/NaN|Infinity|undefined/);
}

function classification(labels: string[], matrix: number[][]): ClassificationCharts {
  const roc = { falsePositiveRate: [0, 0.1, 1], truePositiveRate: [0, 0.8, 1], area: 0.85 };
  const precisionRecall = { recall: [0, 0.8, 1], precision: [1, 0.9, 0.5], averagePrecision: 0.9 };
  const gain = { share: [0, 0.1, 1], gain: [0, 0.3, 1], area: 0.7 };
  const lift = { share: [0, 0.1, 1], lift: [3, 3, 1] };
  const thresholds = [null, 0.4, 0];
  const calibration = { predicted: [0.1, 0.9], observed: [0.2, 0.8], weight: [10, 5] };
  const curves = {
    roc: { ...roc, thresholds },
    precisionRecall: { ...precisionRecall, thresholds },
    gain,
    lift,
    calibration,
  };
  return {
    task: "classification",
    rows: 15,
    labels,
    confusion_matrix: {
      schema_type: "confusion_matrix",
      schema_version: "1.0.0",
      data: { class_labels: labels, matrix },
    },
    accuracy_table: null,
    classes: labels.map((label) => ({ label, curves })),
    micro: curves,
    macro: { roc, precisionRecall, gain, lift },
  };
}

const regression: RegressionCharts = {
  task: "regression",
  rows: 3,
  residuals: {
    schema_type: "residuals",
    schema_version: "1.0.0",
    data: { bin_edges: [-1, 0, 1], bin_counts: [1, 2], mean: 0.25, stddev: 0.5, res_count: 3 },
  },
  predicted_true: {
    schema_type: "predictions",
    schema_version: "1.0.0",
    data: { bin_edges: [0, 1, 2, 3], bin_counts: [2, 0, 1], bin_averages: [0.5, 0, 2.4], bin_errors: [0.1, 0, 0] },
  },
};

const trials = [
  { trial: 0, name: "A", value: null },
  { trial: 1, name: "B", value: 0.9 },
  { trial: 2, name: "C", value: 0.8 },
];
const run = { id: "1", lane: "a", label: "first", status: "RUNNING" as const, startedAt: 10, endedAt: null };
const profile = {
  name: "job",
  rows: 10,
  nulls: 0,
  distinct: 2,
  topValues: [{ value: "x", count: 6 }],
  histogram: null,
};
const binary = classification(
  ["no", "yes"],
  [
    [8, 2],
    [1, 4],
  ],
);
const many = Array.from({ length: 21 }, (_, index) => `c${index}`);
const manyMatrix = many.map((_, i) => many.map((_other, j) => (i === 3 && j === 5 ? 9 : i === j ? 20 : 0)));

describe("a chart says its main fact", () => {
  test.each<[string, ReactNode, string | RegExp]>([
    ["ConfusionMatrix", createElement(ConfusionMatrix, { charts: binary }), "12 of 15 rows right (80%)"],
    [
      "ConfusionMatrix of many classes",
      createElement(ConfusionMatrix, { charts: classification(many, manyMatrix) }),
      "c3 is taken for c5 in 9 rows",
    ],
    ["RocChart", createElement(RocChart, { charts: binary, threshold: 0.4 }), "area 0.85"],
    ["ResidualsChart", createElement(ResidualsChart, { charts: regression }), "mean 0.25, standard deviation 0.5"],
    ["PredictedTrueChart", createElement(PredictedTrueChart, { charts: regression }), "where 2.5 is true 2.4"],
    ["ProgressChart", createElement(ProgressChart, { trials, metric: "accuracy" }), "best accuracy 0.9"],
    ["ProgressChart of an error", createElement(ProgressChart, { trials, metric: "log_loss" }), "best log_loss 0.8"],
    [
      "LeaderboardChart",
      createElement(LeaderboardChart, {
        metric: "accuracy",
        models: [
          { id: "1", name: "A", value: 0.9, predictMicrosPerRow: 0 },
          { id: "2", name: "B", value: 0.8, predictMicrosPerRow: 3 },
        ],
      }),
      "best A with 0.9",
    ],
    [
      "ImportanceChart",
      createElement(ImportanceChart, {
        metric: "AUC",
        columns: [
          { name: "age", mean: 0.01, deviation: 0 },
          { name: "job", mean: 0.2, deviation: 0.1 },
        ],
      }),
      "job, age matter most",
    ],
    ["TimelineChart", createElement(TimelineChart, { runs: [run], from: 0, to: 100, now: 50 }), "1 runs: 1 running"],
    ["ColumnDistribution", createElement(ColumnDistribution, { profile }), "2 values, x most often (60%)"],
    ["Sparkline", createElement(Sparkline, { label: "AUC", values: [1, null, 3] }), "last 3, from 1 to 3"],
    [
      "TimeSeriesChart",
      createElement(TimeSeriesChart, {
        label: "Latency",
        unit: "ms",
        series: [
          {
            id: "p50",
            label: "p50",
            points: [
              [0, 4],
              [1, null],
            ],
          },
        ],
        from: 0,
        to: 1,
      }),
      "latest: p50 4 ms",
    ],
  ])("%s", (_name, chart, label) => {
    const html = draw(chart);
    expect(labelsOf(html)[0]).toContain(label);
    expectDrawn(html, /./);
  });
});

describe("a chart without data says so", () => {
  test.each<[string, ReactNode]>([
    ["LineChart", createElement(LineChart, { label: "x", series: [] })],
    ["ScatterChart", createElement(ScatterChart, { label: "x", points: [], xLabel: "x", yLabel: "y", isLog: true })],
    ["ProgressChart", createElement(ProgressChart, { trials: [], metric: "AUC" })],
    ["LeaderboardChart", createElement(LeaderboardChart, { models: [], metric: "AUC" })],
    ["TimelineChart", createElement(TimelineChart, { runs: [], from: 0, to: 1, now: 1 })],
    ["ParallelCoordinates", createElement(ParallelCoordinates, { axes: [], runs: [] })],
    ["BeeswarmChart", createElement(BeeswarmChart, { points: [] })],
    ["ImportanceChart", createElement(ImportanceChart, { columns: [], metric: "AUC" })],
    ["HistogramChart", createElement(HistogramChart, { label: "x", edges: [], counts: [] })],
    ["PartialDependenceChart", createElement(PartialDependenceChart, { column: "a", outputLabel: "y", points: [] })],
  ])("%s", (_name, chart) => expect(draw(chart)).toContain("Nothing to show yet"));
});

test("lines bear values that no axis holds", () => {
  const points = [0, 5e-324, -1.7e308, 1.7e308, Number.NaN, 3].map((y, x) => [x, y] as const);
  const html = draw(createElement(LineChart, { label: "odd", series: [{ id: "a", label: "a", points }] }));
  expect(html).not.toContain("NaN");
});

test("text of users stays text", () => {
  const name = '<img src=x onerror=alert(1)> & "quoted"';
  const table = { columns: [name], rows: [[name], [1], [null]] };
  const html = draw(createElement(NumbersTable, { title: name, table }));
  expect(html).not.toContain("<img");
  expect(html).toContain("&lt;img");
});
