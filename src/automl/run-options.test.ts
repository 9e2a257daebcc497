/** Every option of a run does what it says: real runs on small made tables. */
import { describe, expect, it } from "vitest";
import { createRandom, type Table } from "../base/index.ts";
import { appendRows, takeRows } from "../data/index.ts";
import { metricInfo, primaryMetrics } from "../kernels/index.ts";
import { encodeModel, exportOnnx, predictions, score } from "../model/index.ts";
import { automl, type AutoMLOptions, type AutoMLResult } from "./index.ts";
import type { AutoMLEvent } from "./events.ts";
import { splitTestRows } from "./test-set.ts";
import { list, madeTable, numericColumn, stringColumn, table } from "./test-dataset.ts";

interface Run {
  readonly events: readonly AutoMLEvent[];
  readonly result: AutoMLResult;
}

async function run(data: Table, options: Partial<AutoMLOptions>): Promise<Run> {
  const events: AutoMLEvent[] = [];
  const running = automl(data, { target: "y", threads: 2, explain: false, ...options });
  for (;;) {
    const step = await running.next();
    if (step.done) return { events, result: step.value };
    events.push(step.value);
  }
}

const yesNo = (rows: number, seed = 1): Table =>
  madeTable(rows, (signal, random) => (signal + random.normal() > 1 ? "yes" : "no"), seed);
const amounts = (rows: number, seed = 1): Table =>
  madeTable(rows, (signal, random) => signal + 0.3 * random.normal(), seed);
/** One in ten is "rare". */
const imbalanced = (rows: number): Table =>
  madeTable(rows, (signal, random) => (signal + random.normal() > 4.2 ? "rare" : "usual"));

const quick = { maxTrials: 2, allowed: ["LogisticRegression", "ElasticNet"], validation: "holdout:0.3" };
const columnOf = (data: Table, name: string) => data.columns.find((column) => column.name === name);
const withColumns = (data: Table, ...more: Table["columns"][number][]): Table => table(...data.columns, ...more);
const bytes = (result: AutoMLResult): string => Buffer.from(encodeModel(result.model)).toString("base64");
const isEnsemble = ({ name }: { readonly name: string }): boolean => name.endsWith("Ensemble");

function truths(data: Table): (string | number)[] {
  const target = columnOf(data, "y");
  if (target?.type === "string") return Array.from(target.codes, (code) => target.categories[code]);
  return target ? Array.from(target.values) : [];
}

function recallOf(label: string, { model }: AutoMLResult, data: Table): number {
  const answers = predictions(model, score(model, data));
  const rows = truths(data).flatMap((truth, row) => (truth === label ? [row] : []));
  return rows.filter((row) => answers[row] === label).length / rows.length;
}

/** The same table, each answer turned into the other one. */
function flipped(data: Table): Table {
  const columns = data.columns.map((column) =>
    column.name === "y"
      ? stringColumn(
          "y",
          truths(data).map((truth) => (truth === "yes" ? "no" : "yes")),
        )
      : column,
  );
  return { ...data, columns };
}

describe("metric", () => {
  it.each([
    ...primaryMetrics("classification").map((metric) => [metric, yesNo(200)] as const),
    ...primaryMetrics("regression").map((metric) => [metric, amounts(200)] as const),
  ])("%s decides", async (metric, data) => {
    const { result } = await run(data, { ...quick, metric });
    expect(result.metric).toBe(metric);
    expect(result.best.value).toBeCloseTo(result.best.metrics[metric], 12);
    const values = result.models.map(({ metrics }) => metrics[metric]);
    const best = metricInfo(metric).direction === "maximize" ? Math.max(...values) : Math.min(...values);
    expect(result.models.find((model) => !isEnsemble(model))?.metrics[metric]).toBeCloseTo(
      result.models.some(isEnsemble) ? values[1] : best,
      12,
    );
  });

  it("9 names in all, and one of the other task is refused", async () => {
    expect([...primaryMetrics("classification"), ...primaryMetrics("regression")]).toHaveLength(9);
    await expect(run(yesNo(100), { ...quick, metric: "r2_score" })).rejects.toMatchObject({
      code: "SLW_AUTOML_METRIC",
    });
  });
});

describe("limits", () => {
  /** One training takes minutes. */
  const long = (): Table => {
    const random = createRandom(1);
    const columns = list(20, (j) =>
      numericColumn(
        `x${j}`,
        list(8_000, () => random.normal()),
      ),
    );
    return table(
      ...columns,
      stringColumn(
        "y",
        list(8_000, (i) => `class ${(i * 7) % 40}`),
      ),
    );
  };

  it("trialTimeLimit ends a trial that takes far longer, with what it has or as a failure", async () => {
    const options = { maxTrials: 1, allowed: ["GradientBoosting"], validation: "holdout:0.2", trialTimeLimit: 1 };
    const outcome = await run(long(), { ...options, metric: "accuracy" }).catch((error: unknown) => error);
    if (outcome instanceof Error) expect(outcome).toMatchObject({ code: "SLW_AUTOML_NO_MODEL" });
    else expect((outcome as Run).result.models[0].trainSeconds).toBeLessThan(60);
  });

  it.each([
    ["AUC_weighted", yesNo(150), 0.5],
    ["normalized_root_mean_squared_error", amounts(150), 0.9],
  ])("exitScore: %s as good as that ends the search", async (metric, data, exitScore) => {
    const options = { maxTrials: 6, threads: 1, validation: "holdout:0.3", metric, allowed: quick.allowed };
    const { result } = await run(data, { ...options, exitScore });
    expect(result.models).toHaveLength(1);
    expect((await run(data, { ...options, maxTrials: 2 })).result.models.length).toBeGreaterThan(1);
  });

  it("maxConcurrentTrials: no more side by side", async () => {
    const { events } = await run(yesNo(150), { maxTrials: 4, maxConcurrentTrials: 1, allowed: ["RandomForest"] });
    let open = 0;
    for (const { type } of events) {
      if (type === "trialStarted") open++;
      else if (type.startsWith("trial")) open--;
      expect(open).toBeLessThanOrEqual(1);
    }
  });

  it.each([{ maxConcurrentTrials: 1 }, { maxCoresPerTrial: 1 }, { maxConcurrentTrials: 1, maxCoresPerTrial: 1 }])(
    "%j changes no result",
    async (limits) => {
      const options = { maxTrials: 3, validation: "holdout:0.3", allowed: ["RandomForest", "LogisticRegression"] };
      expect(bytes((await run(yesNo(100), { ...options, ...limits })).result)).toBe(
        bytes((await run(yesNo(100), options)).result),
      );
    },
  );
});

describe("models", () => {
  const several = { maxTrials: 6, validation: "cv:3", allowed: ["LogisticRegression", "RandomForest"] };

  it("no ensemble where both kinds are off", async () => {
    const { result } = await run(yesNo(250), { ...several, votingEnsemble: false, stackEnsemble: false });
    expect(result.model.members).toHaveLength(1);
    expect(result.models.some(isEnsemble)).toBe(false);
  });

  it.each([
    [{ votingEnsemble: false }, "VotingEnsemble"],
    [{ stackEnsemble: false }, "StackEnsemble"],
  ])("%j: no %s", async (options, name) => {
    const { result } = await run(yesNo(250), { ...several, ...options });
    expect(result.model.name).not.toBe(name);
  });

  it("predictionTimeLimit: what is slower is a failed trial with its reason", async () => {
    const outcome = run(yesNo(200), { ...quick, predictionTimeLimit: 1e-6 });
    await expect(outcome).rejects.toMatchObject({ code: "SLW_AUTOML_NO_MODEL", message: /microseconds|µs/ });
    expect((await run(yesNo(200), { ...quick, predictionTimeLimit: 1e6 })).result.failed).toEqual([]);
  });

  it("onnxOnly: the model can be written as ONNX, and without it this one cannot", async () => {
    const words = ["good", "bad", "fine", "poor", "quick", "slow", "bright", "dull", "kind", "rude", "warm", "cold"];
    const random = createRandom(5);
    const review = list(150, () => list(12, () => words[random.integer(words.length)]).join(" "));
    const data = withColumns(yesNo(150), stringColumn("review", review));
    const options = { maxTrials: 3, validation: "holdout:0.3" };
    const { result } = await run(data, { ...options, onnxOnly: true });
    expect(exportOnnx(result.model).length).toBeGreaterThan(0);
    expect(result.model.inputs.map(({ name }) => name)).toEqual(["x", "z", "colour"]);
    const { model } = (await run(data, options)).result;
    expect(() => exportOnnx(model)).toThrow(expect.objectContaining({ code: "SLW_EXPORT_UNSUPPORTED" }));
  });

  it("onnxOnly: learners without an equal there are not tried", async () => {
    await expect(run(yesNo(100), { allowed: ["KNN"], onnxOnly: true })).rejects.toMatchObject({
      code: "SLW_AUTOML_MODELS",
    });
  });

  it.each(["GradientBoosting", "RandomForest", "ExtremeRandomTrees", "DecisionTree"])(
    "monotone: %s follows, where the data says the opposite",
    async (name) => {
      const data = madeTable(300, (signal, random) => -2 * signal + random.normal());
      const options = { maxTrials: 1, allowed: [name], validation: "holdout:0.3" };
      const { result } = await run(data, { ...options, monotone: { x: "increasing" } });
      expect(risesWithX(result)).toBe(true);
      expect(risesWithX((await run(data, options)).result)).toBe(false);
    },
  );

  it("monotone: of two classes the second one's probability, by every model and their vote", async () => {
    const data = madeTable(300, (signal, random) => (signal + random.normal() > 1 ? "no" : "yes"));
    const options = { maxTrials: 6, validation: "cv:3", monotone: { x: "increasing" } } as const;
    const { result } = await run(data, options);
    expect(result.model.labels).toEqual(["no", "yes"]);
    expect(result.model.combination.kind).toBe("vote");
    expect(risesWithX(result)).toBe(true);
  });

  /** Does the value, or the probability of the second class, never fall while x rises? */
  function risesWithX({ model }: AutoMLResult): boolean {
    const steps = list(61, (i) => (i - 30) / 10);
    const grid = table(
      numericColumn("x", steps),
      numericColumn(
        "z",
        steps.map(() => 10),
      ),
      stringColumn(
        "colour",
        steps.map(() => "red"),
      ),
    );
    const width = Math.max(1, model.labels.length);
    const values = score(model, grid).filter((_, i) => i % width === width - 1);
    return values.every((value, i) => i === 0 || value >= values[i - 1] - 1e-12);
  }

  it("monotone: not with three classes", async () => {
    const data = madeTable(100, (signal) => (signal > 2 ? "a" : signal > 0 ? "b" : "c"));
    await expect(run(data, { monotone: { x: "increasing" } })).rejects.toMatchObject({ code: "SLW_AUTOML_OPTION" });
  });

  it("monotone: learners that cannot see to it are not tried", async () => {
    const wanted = run(amounts(100), { allowed: ["ElasticNet"], monotone: { x: "increasing" } });
    await expect(wanted).rejects.toMatchObject({ code: "SLW_AUTOML_MODELS" });
  });
});

describe("data", () => {
  it("featurization: dropped columns are no inputs, purposes are followed", async () => {
    const featurization = { mode: "auto", dropColumns: ["x"], columnPurposes: { z: "Categorical" } } as const;
    const { result } = await run(yesNo(200), { ...quick, featurization });
    expect(result.model.inputs.map(({ name }) => name)).toEqual(["z", "colour"]);
    expect(result.model.transforms.find(({ column }) => column === "z")?.op).toBe("Category");
  });

  it("featurization off: numbers as they are, text as categories", async () => {
    const { result } = await run(yesNo(200), { ...quick, featurization: { mode: "off" } });
    expect(result.model.transforms.map(({ op }) => op)).toEqual(["Numeric", "Numeric", "Category"]);
  });

  it("weightColumn: rows of weight 0 teach nothing and judge nothing", async () => {
    const good = yesNo(250);
    const weights = numericColumn(
      "w",
      list(500, (row) => (row < 250 ? 2 : 0)),
    );
    const data = withColumns(appendRows(good, flipped(good)), weights);
    const { result } = await run(data, { ...quick, weightColumn: "w" });
    expect(result.best.metrics["AUC_weighted"]).toBeGreaterThan(0.8);
    expect(result.model.inputs.map(({ name }) => name)).not.toContain("w");
    const unweighted = await run(appendRows(good, flipped(good)), quick);
    expect(unweighted.result.best.metrics["AUC_weighted"]).toBeLessThan(0.7);
  });

  it.each([
    [
      "a weight below 0",
      numericColumn(
        "w",
        list(100, (i) => (i === 41 ? -1 : 1)),
      ),
      "-1 in row 42",
    ],
    [
      "a missing weight",
      numericColumn(
        "w",
        list(100, (i) => (i === 41 ? null : 1)),
      ),
      "missing in row 42",
    ],
    [
      "only weights of 0",
      numericColumn(
        "w",
        list(100, () => 0),
      ),
      "0 in every row",
    ],
    [
      "weights that are text",
      stringColumn(
        "w",
        list(100, () => "a"),
      ),
      "string",
    ],
  ])("weightColumn: %s is refused", async (_, column, words) => {
    await expect(run(withColumns(yesNo(100), column), { ...quick, weightColumn: "w" })).rejects.toMatchObject({
      code: "SLW_AUTOML_WEIGHTS",
      message: expect.stringContaining(words),
    });
  });

  it.each(["weights", "oversample"] as const)(
    "classBalance %s: the rare class is found more often",
    async (balance) => {
      const data = imbalanced(600);
      const options = { ...quick, maxTrials: 1, metric: "AUC_weighted", validation: "cv:3" };
      const plain = await run(data, options);
      const balanced = await run(data, { ...options, classBalance: balance });
      expect(recallOf("rare", balanced.result, data)).toBeGreaterThan(recallOf("rare", plain.result, data) + 0.1);
      // Judged on the rows as they are: as many as there are.
      expect(balanced.result.rows).toBe(600);
      expect(balanced.result.best.metrics["AUC_weighted"]).toBeGreaterThan(0.8);
    },
  );

  it("classBalance auto: weights for a metric of classes, not for one of ranks", async () => {
    const data = imbalanced(400);
    const options = { ...quick, maxTrials: 1, classBalance: "auto" } as const;
    const of = async (metric: string, classBalance: "auto" | "none" | "weights") =>
      (await run(data, { ...options, metric, classBalance })).result.model.members[0].learner;
    expect(await of("norm_macro_recall", "auto")).toEqual(await of("norm_macro_recall", "weights"));
    expect(await of("AUC_weighted", "auto")).toEqual(await of("AUC_weighted", "none"));
  });
});

describe("validation", () => {
  it("validationData judges, and is never trained on", async () => {
    const data = yesNo(300);
    const { result, events } = await run(data, {
      maxTrials: 2,
      allowed: quick.allowed,
      validationData: flipped(yesNo(200, 2)),
    });
    expect(result.validation).toBe("data:200");
    expect(events[0]).toMatchObject({ validation: "data:200", rows: 500 });
    // Right about its own rows, so wrong about these.
    expect(result.best.metrics["AUC_weighted"]).toBeLessThan(0.3);
    // A stack would have turned around: it learns from the rows that judge.
    expect(result.model.combination).toEqual({ kind: "vote" });
    expect(recallOf("yes", result, data)).toBeGreaterThan(0.6);
  });

  it("cvSplitColumns: one fold a column, 1 is trained on and 0 judges", async () => {
    const good = yesNo(200);
    const data = withColumns(
      appendRows(good, flipped(good)),
      // Trained on the first half of the right rows, judged by the second half of them; and the same for the wrong ones.
      numericColumn(
        "right",
        list(400, (row) => (row < 100 || row >= 200 ? 1 : 0)),
      ),
      numericColumn(
        "other",
        list(400, (row) => (row >= 100 ? 1 : 0)),
      ),
    );
    const { result } = await run(data, { maxTrials: 2, allowed: quick.allowed, cvSplitColumns: ["right", "other"] });
    expect(result.validation).toBe("columns:2");
    expect(result.model.inputs.map(({ name }) => name)).toEqual(["x", "z", "colour"]);
    expect(result.model.provenance.recipe?.options["cvSplitColumns"]).toEqual(["right", "other"]);
  });

  it.each([
    [
      "two ways to judge",
      { validation: "cv:3", cvSplitColumns: ["z"] },
      "SLW_AUTOML_VALIDATION",
      "validation and split",
    ],
    ["a split column of other numbers", { cvSplitColumns: ["x"] }, "SLW_AUTOML_VALIDATION", '"x" is'],
    ["a split column that is not there", { cvSplitColumns: ["q"] }, "SLW_AUTOML_VALIDATION", '"q"'],
    ["validation data without a column", { validationData: table(numericColumn("x", [1])) }, "SLW_AUTOML_ROWS", '"z"'],
    ["test data and test size", { testSize: 0.1, testData: yesNo(20) }, "SLW_AUTOML_OPTION", "exclude"],
    ["a test size of 1", { testSize: 1 }, "SLW_AUTOML_OPTION", "1"],
    ["test data without a column", { testData: table(stringColumn("y", ["yes"])) }, "SLW_AUTOML_ROWS", '"x"'],
    ["test data of another class", { testData: madeTable(20, () => "maybe") }, "SLW_AUTOML_TARGET", '"maybe"'],
  ] as const)("%s: refused", async (_, options, code, words) => {
    await expect(run(yesNo(100), options as Partial<AutoMLOptions>)).rejects.toMatchObject({
      code,
      message: expect.stringContaining(words),
    });
  });
});

describe("test rows", () => {
  it("testSize: split off before anything, each class in its share, and scored by the final model", async () => {
    const data = imbalanced(500);
    const { result, events } = await run(data, { ...quick, testSize: 0.2 });
    expect(events[0]).toMatchObject({ rows: 400, testRows: 100 });
    const { training, test } = splitTestRows(data, "y", 0.2, 42);
    expect([training.rows, test.rows]).toEqual([400, 100]);
    const rare = (rows: Table): number => truths(rows).filter((truth) => truth === "rare").length;
    expect(Math.abs(rare(test) - 0.2 * rare(data))).toBeLessThan(1);
    const answers = predictions(result.model, score(result.model, test));
    const hits = truths(test).filter((truth, row) => truth === answers[row]).length;
    expect(result.testMetrics?.["accuracy"]).toBeCloseTo(hits / 100, 12);
  });

  it("testData changes nothing but the report", async () => {
    const options = { ...quick, maxTrials: 3 };
    const plain = await run(yesNo(200), options);
    const tested = await run(yesNo(200), { ...options, testData: flipped(yesNo(100, 3)) });
    expect(bytes(tested.result)).toBe(bytes(plain.result));
    expect(plain.result.testMetrics).toBeNull();
    expect(tested.result.testMetrics?.["AUC_weighted"]).toBeLessThan(0.3);
  });

  it("regression: the range of normalized metrics is that of the training rows", async () => {
    const { result } = await run(amounts(200), {
      ...quick,
      testData: takeRows(amounts(100, 3), Uint32Array.of(1, 2, 3)),
    });
    const { root_mean_squared_error: plain = NaN, normalized_root_mean_squared_error: normalized = NaN } =
      result.testMetrics ?? {};
    const values = truths(amounts(200)) as number[];
    expect(normalized).toBeCloseTo(plain / (Math.max(...values) - Math.min(...values)), 12);
  });
});

describe("explanation", () => {
  it.each([
    ["validation", {}],
    ["test", { testSize: 0.2 }],
  ] as const)("importance on %s rows: the column that tells most comes first", async (on, options) => {
    const { result } = await run(yesNo(300), { ...quick, ...options, explain: true });
    expect(result.importance).toMatchObject({ on, metric: "AUC_weighted" });
    const ranked = result.importance?.columns.toSorted((a, b) => b.mean - a.mean);
    expect(ranked?.[0]?.name).toBe("x");
    expect((await run(yesNo(300), { ...quick, ...options, explain: false })).result.importance).toBeNull();
  });

  it("charts of every model on the leaderboard", async () => {
    const { result } = await run(yesNo(200), { ...quick, validation: "cv:4" });
    for (const { trial, metrics } of result.models) {
      const charts = result.chartsOf(trial);
      expect(charts).toMatchObject({ task: "classification", rows: 200 });
      const matrix = charts?.task === "classification" ? charts.confusion_matrix.data.matrix : [];
      const hits = matrix.reduce((sum, row, i) => sum + row[i], 0);
      expect(hits / 200).toBeCloseTo(metrics["accuracy"], 12);
    }
    expect(result.chartsOf(999)).toBeNull();
  });
});
