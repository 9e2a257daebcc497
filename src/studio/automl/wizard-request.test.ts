import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import { parse } from "yaml";
import type { Run } from "../../contract/index.ts";
import { toCommand, toStep } from "./twins.ts";
import { optionsOfRun, toRequest } from "./wizard-request.ts";
import { advancedCount, readPairs, wizardSearch, writePairs } from "./wizard-search.ts";

// The rest of the application needs a browser.
vi.mock("../app/index.ts", () => vi.importActual("../app/search.ts"));
const { parseSearch, stringifySearch } = await vi.importActual<{
  parseSearch: (text: string) => Record<string, string>;
  stringifySearch: (search: object) => string;
}>("../app/search.ts");

const defaults = { dataset: "bank", target: "y", task: "classification" } as const;
const plain = wizardSearch({});

describe("the request", () => {
  test("says little by default", () => {
    expect(toRequest(plain, defaults)).toEqual({
      data: { dataset: "bank" },
      target: "y",
      timeLimit: 60,
      register: { model: "bank" },
    });
  });

  test.each([
    ["no register", { noregister: "1" }, { register: undefined }],
    ["a model and an alias", { model: "b2", alias: "champion" }, { register: { model: "b2", alias: "champion" } }],
    ["trials instead of time", { trials: "5" }, { maxTrials: 5, timeLimit: undefined }],
    ["a metric", { metric: "accuracy" }, { metric: "accuracy" }],
    ["no metric of the other task", { metric: "r2_score" }, { metric: undefined }],
    [
      "a metric of the task that is chosen",
      { metric: "r2_score", task: "regression" },
      { metric: "r2_score", task: "regression" },
    ],
    ["no task that is inferred anyway", { task: "classification" }, { task: undefined }],
    [
      "columns",
      { purposes: "a:b:Text,zip:Categorical", drop: "id", features: "off" },
      { featurization: { mode: "off", columnPurposes: { "a:b": "Text", zip: "Categorical" }, dropColumns: ["id"] } },
    ],
    ["what may move", { monotone: "age:increasing,job:sideways" }, { monotone: { age: "increasing" } }],
    ["no explanation", { noexplain: "1" }, { explain: false }],
  ])("says %s", (_name, raw, expected) => {
    const request = toRequest(wizardSearch(raw), defaults) as Record<string, unknown>;
    for (const [field, value] of Object.entries(expected))
      expect({ [field]: request[field] }).toEqual({ [field]: value });
  });

  test("has options that are counted where they are not in sight", () => {
    expect(advancedCount(plain)).toBe(0);
    expect(advancedCount(wizardSearch({ metric: "accuracy", time: "20", blocked: "KNN", test: "0.1" }))).toBe(2);
  });
});

const column = fc.stringMatching(/^[A-Za-zé :.%,'"_-]{1,12}$/);
const pairs = <T extends string>(...words: T[]) => fc.dictionary(column, fc.constantFrom(...words), { maxKeys: 3 });
const anyRaw = fc.record(
  {
    dataset: fc.constant("bank"),
    version: fc.integer({ min: 1, max: 99 }),
    target: column,
    task: fc.constantFrom("classification", "regression"),
    metric: fc.constantFrom("accuracy", "norm_macro_recall"),
    time: fc.integer({ min: 1, max: 3600 }),
    trials: fc.integer({ min: 1, max: 100 }),
    exit: fc.double({ min: -1, max: 1, noNaN: true, noDefaultInfinity: true }).map((value) => value + 0),
    noearly: fc.constant(true),
    validation: fc.constantFrom("cv:5", "holdout:0.2"),
    test: fc.constantFrom(0.1, 0.25),
    novote: fc.constant(true),
    nostack: fc.constant(true),
    allowed: fc.uniqueArray(fc.constantFrom("KNN", "RandomForest"), { minLength: 1 }),
    blocked: fc.uniqueArray(fc.constantFrom("KNN", "RandomForest"), { minLength: 1 }),
    latency: fc.integer({ min: 1, max: 1000 }),
    monotone: pairs("increasing", "decreasing").map(writePairs),
    onnx: fc.constant(true),
    features: fc.constant("off"),
    purposes: pairs("Text", "Ignore", "Numeric").map(writePairs),
    drop: fc.uniqueArray(column, { minLength: 1, maxLength: 3 }),
    weight: column,
    balance: fc.constantFrom("auto", "weights", "oversample"),
    seed: fc.integer({ min: 0, max: 1000 }),
    noexplain: fc.constant(true),
  },
  { requiredKeys: ["dataset", "version", "target", "time"] },
);

/** As the server writes options of a run: texts as they are, all else as JSON. */
function paramsOf(request: object): Record<string, string> {
  const { data: _data, register: _register, ...options } = request as Record<string, unknown>;
  const write = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));
  return Object.fromEntries(Object.entries(options).map(([key, value]) => [key, write(value)]));
}

describe("a search", () => {
  test("comes back from its address, and from the run that it started", () => {
    fc.assert(
      fc.property(anyRaw, (raw) => {
        const search = wizardSearch(raw);
        expect(wizardSearch(parseSearch(stringifySearch(search)))).toEqual(search);
        const request = toRequest(search, { ...defaults, task: null });
        const source = `slipway:/datasets/bank/${search.version}`;
        const datasets = [{ source, tags: { "mlflow.data.context": "training" } }] as unknown as Run["datasets"];
        const again = wizardSearch(optionsOfRun({ params: paramsOf(request), datasets }));
        const metric = request.metric;
        expect(again).toEqual({ ...search, metric });
      }),
      { numRuns: 300 },
    );
  });

  test("pairs names of columns with words, also names with colons", () => {
    expect(readPairs(["a:b:Text", ":Text", "c", "d:Other"], ["Text"])).toEqual({ "a:b": "Text" });
    expect(writePairs({})).toBeUndefined();
  });
});

const hard = toRequest(
  wizardSearch({
    blocked: "KNN,LinearSVM",
    monotone: "it's:increasing",
    purposes: "day of week:Categorical",
    drop: "id",
    noexplain: "1",
    novote: "1",
    name: 'a "run" $x',
    test: "0.1",
    version: "3",
  }),
  defaults,
);

describe("the twins", () => {
  test("are a command", () => {
    expect(toCommand(toRequest(plain, defaults), "default")).toBe(
      "slipway automl --data bank --target y --time-limit 60 --register bank",
    );
    expect(toCommand(hard, "team a")).toBe(
      [
        "slipway automl --data bank@3 --target y --time-limit 60 --test-size 0.1 --blocked KNN,LinearSVM",
        `--no-voting-ensemble --monotone 'it'\\''s=increasing' --no-explain --run-name 'a "run" $x'`,
        "--column-purpose 'day of week=Categorical' --drop-columns id --register bank --workspace 'team a'",
      ].join(" "),
    );
  });

  test("are a pipeline that YAML reads back", () => {
    expect(parse(toStep(hard))).toEqual({
      name: "bank-automl",
      steps: {
        train: {
          type: "automl",
          data: "bank@3",
          options: {
            target: "y",
            time_limit: 60,
            test_size: 0.1,
            blocked: ["KNN", "LinearSVM"],
            voting_ensemble: false,
            monotone: { "it's": "increasing" },
            featurization: { column_purposes: { "day of week": "Categorical" }, drop_columns: ["id"] },
            explain: false,
          },
        },
        register: { type: "register", model: "${{ steps.train.outputs.model }}", name: "bank" },
      },
    });
  });
});
