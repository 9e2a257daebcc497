/** What bench/automl.ts concludes from its results, and how it draws rows and keeps results. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { pairings, ranks, standings } from "../../bench/automl/comparison.ts";
import { appendResult, isSameRun, readResults, type RunResult } from "../../bench/automl/results.ts";
import { drawRows } from "../../bench/automl/split.ts";
import { judge, metricOf, type Metric } from "../../bench/automl/task.ts";

/** `value` null: the tool failed. */
function result(tool: string, table: string, seed: number, metric: Metric, value: number | null): RunResult {
  const about = {
    protocol: "split",
    tool,
    table,
    seed,
    timeLimit: 60,
    version: "1",
    at: "2026-01-01T00:00:00Z",
  } as const;
  const shape = { loadBefore: 0, threads: 2, trainRows: 80, testRows: 20, columns: 3, classes: 2, metric };
  if (value === null) return { ...about, ...shape, measured: null, error: "out of memory" };
  const figures = { [metric]: value };
  const cost = { trainingSeconds: 1, predictionSeconds: 1, rowMicroseconds: 1, modelBytes: 1, peakBytes: null };
  return { ...about, ...shape, measured: { figures, model: "m", ...cost } };
}

describe("ranks", () => {
  test.each([
    { values: [0.3, 0.1, 0.2], expected: [3, 1, 2] },
    { values: [1, 1, 2], expected: [1.5, 1.5, 3] },
    { values: [5, Infinity, Infinity], expected: [1, 2.5, 2.5] },
  ])("of $values", ({ values, expected }) => expect(ranks(values)).toEqual(expected));
});

describe("standings", () => {
  const results = [
    // More is better, and b fails once.
    result("a", "t1", 1, "AUC", 0.9),
    result("b", "t1", 1, "AUC", 0.8),
    result("a", "t1", 2, "AUC", 0.7),
    result("b", "t1", 2, "AUC", null),
    // Less is better; the second seed only a has run.
    result("a", "t2", 1, "RMSE", 3),
    result("b", "t2", 1, "RMSE", 2),
    result("a", "t2", 2, "RMSE", 1),
    // Only a has run.
    result("a", "t3", 1, "RMSE", 1),
  ];

  test("count what all tools have run", () => {
    expect(standings(results)).toEqual([
      { tool: "a", tables: 2, meanRank: 1.5, wins: 1, failures: 0 },
      { tool: "b", tables: 2, meanRank: 1.5, wins: 1, failures: 1 },
    ]);
  });

  test("of nothing are none", () => expect(standings([])).toEqual([]));

  test("give every tool a rank, and the ranks have the mean that they must have", () => {
    const cells = fc.array(fc.option(fc.double({ min: 0, max: 1, noNaN: true })), { minLength: 12, maxLength: 12 });
    fc.assert(
      fc.property(cells, (values) => {
        const all = values.map((value, i) => result("abc"[i % 3], `t${i % 2}`, Math.floor(i / 6), "log loss", value));
        const meanRanks = standings(all).map(({ meanRank }) => meanRank);
        expect(meanRanks.reduce((sum, rank) => sum + rank, 0)).toBeCloseTo(6, 9);
      }),
    );
  });
});

test("pairings compare the seeds that both answered, and more is better for ours whatever the metric", () => {
  const results = [
    ...[0.5, 0.4].map((value, i) => result("slipway", "loss", i, "log loss", value)),
    ...[0.7, 0.8].map((value, i) => result("peer", "loss", i, "log loss", value)),
    ...[0.5, 0.4].map((value, i) => result("slipway", "auc", i, "AUC", value)),
    ...[0.7, null].map((value, i) => result("peer", "auc", i, "AUC", value)),
  ];
  const [loss, auc] = pairings(results, "slipway");
  expect(loss).toMatchObject({ table: "loss", peer: "peer", seeds: 2 });
  expect(loss.advantage).toBeCloseTo(0.3, 12);
  expect(loss.standardError).toBeCloseTo(0.1, 12);
  expect(auc).toMatchObject({ table: "auc", seeds: 1, standardError: Number.NaN });
  expect(auc.advantage).toBeCloseTo(-0.2, 12);
});

describe("drawRows", () => {
  const drawn = fc.tuple(
    fc.array(fc.nat(3), { minLength: 1, maxLength: 200 }),
    fc.constantFrom(0.1, 0.2),
    fc.integer({ min: 1, max: 1000 }),
  );

  test("gives every row once, ascending, and the test its share of every class", () => {
    fc.assert(
      fc.property(drawn, ([classes, share, seed]) => {
        const { train, test } = drawRows(Int32Array.from(classes), share, seed);
        expect([...train, ...test].sort((a, b) => a - b)).toEqual(classes.map((_, row) => row));
        expect([...train]).toEqual([...train].sort((a, b) => a - b));
        for (const number of new Set(classes)) {
          const all = classes.filter((other) => other === number).length;
          expect([...test].filter((row) => classes[row] === number)).toHaveLength(Math.round(all * share));
        }
      }),
    );
  });

  test("is another draw for another seed, and the same for the same", () => {
    const classes = new Int32Array(100);
    expect(drawRows(classes, 0.2, 1)).toEqual(drawRows(classes, 0.2, 1));
    expect(drawRows(classes, 0.2, 1)).not.toEqual(drawRows(classes, 0.2, 2));
  });
});

test("judge takes accuracy of the labels that the tool answers, and of the most probable ones", () => {
  const split = {
    train: "",
    test: "",
    dates: [],
    trainRows: 0,
    columns: 1,
    labels: ["no", "yes"],
    testTarget: Float64Array.of(0, 1, 1, 0),
  };
  const outputs = Float64Array.of(0.9, 0.1, 0.2, 0.8, 0.6, 0.4, 0.7, 0.3);
  const figures = judge(split, { outputs, labels: Float64Array.of(0, 1, 1, 1) });
  expect(figures).toMatchObject({ AUC: 1, accuracy: 0.75, "argmax accuracy": 0.75 });
  expect(judge(split, { outputs, labels: Float64Array.of(0, 1, 1, 0) }).accuracy).toBe(1);
  expect(judge({ ...split, labels: [] }, { outputs: Float64Array.of(0, 1, 1, 2), labels: null }).RMSE).toBe(1);
});

test.each([
  { protocol: "split", classes: 2, metric: "AUC" },
  { protocol: "split", classes: 3, metric: "log loss" },
  { protocol: "split", classes: 0, metric: "RMSE" },
  { protocol: "holdout", classes: 2, metric: "accuracy" },
] as const)("$protocol with $classes classes is judged by $metric", ({ protocol, classes, metric }) =>
  expect(metricOf(protocol, classes)).toBe(metric),
);

describe("the results file", () => {
  let folder = "";
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "slipway-bench-test-"));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test("grows line by line and loses a half-written last line only", () => {
    const path = join(folder, "new", "results.jsonl");
    const [first, second] = [result("a", "t", 1, "AUC", 0.9), result("a", "t", 2, "AUC", null)];
    expect(readResults(path)).toEqual([]);
    appendResult(path, first);
    writeFileSync(path, `${readFileSync(path, "utf8")}{"tool":"a","ta`);
    expect(readResults(path)).toEqual([first]);
    appendResult(path, second);
    expect(readResults(path)).toEqual([first, second]);
  });

  test("names a line that is no result", () => {
    const path = join(folder, "broken.jsonl");
    writeFileSync(path, "{}\nnot json\n{}\n");
    expect(() => readResults(path)).toThrow(/broken\.jsonl, line 2/);
  });

  test("tells another run by each part of its key", () => {
    const one = result("a", "t", 1, "AUC", 0.9);
    const again: RunResult = { ...one, version: "2" };
    expect(isSameRun(one, again)).toBe(true);
    for (const other of [
      { tool: "b" },
      { table: "u" },
      { seed: 2 },
      { timeLimit: 5 },
      { protocol: "holdout" as const },
    ])
      expect(isSameRun(one, { ...one, ...other })).toBe(false);
  });
});
