/** From the words of the command line to the options of a run; tables are read here too. */
import { readFileSync } from "node:fs";
import { basename, extname } from "node:path";
import { SlipwayError, type Table } from "../base/index.ts";
import type { AutoMLOptions } from "../automl/index.ts";
import type { Invocation } from "./command.ts";
import { readInput } from "./read-input.ts";
import { checkColumn, choiceOption, listOption, numberOption, pairsOption, type CommandLineOptions } from "./values.ts";

/** The options that need no file to be read. */
export interface Settings extends AutoMLOptions {
  readonly out: string;
  readonly charts: string | undefined;
  readonly chartsOf: "best" | "all";
}

/** @throws SLW_CLI_VALUE, SLW_CLI_OPTION */
export async function readSettings(file: string, options: CommandLineOptions): Promise<Settings> {
  if (options["charts-of"] !== undefined && options["charts"] === undefined)
    throw new SlipwayError("SLW_CLI_OPTION", "--charts-of says of which models, but --charts is not given.", {
      fix: "Name the file that the charts go to: --charts FILE.json",
    });
  return {
    target: options["target"] ?? "",
    out: options["out"] ?? `${basename(file, extname(file))}.slipway`,
    charts: options["charts"],
    chartsOf: choiceOption(options, "charts-of", ["best", "all"]) ?? "best",
    ...given({
      task: choiceOption(options, "task", ["classification", "regression"]),
      metric: options["metric"],
      seed: numberOption(options, "seed", { min: 0, max: 4_294_967_295, whole: true }),
      ...limits(options),
      ...judges(options),
      ...models(options),
      featurization: await featurization(options),
      weightColumn: options["weight-column"],
      classBalance: choiceOption(options, "class-balance", ["none", "weights", "oversample", "auto"]),
      explain: options["no-explain"] && false,
    }),
  };
}

function limits(options: CommandLineOptions): Partial<AutoMLOptions> {
  const cores = { min: 1, max: 64, whole: true } as const;
  return given({
    timeLimit: numberOption(options, "time-limit", { min: 1, max: 604_800 }),
    maxTrials: numberOption(options, "max-trials", { min: 1, max: 100_000, whole: true }),
    trialTimeLimit: numberOption(options, "trial-time-limit", { min: 0.1, max: 604_800 }),
    exitScore: numberOption(options, "exit-score", { min: -1e300, max: 1e300 }),
    earlyStopping: options["no-early-stopping"] && false,
    maxConcurrentTrials: numberOption(options, "max-concurrent-trials", cores),
    maxCoresPerTrial: numberOption(options, "max-cores-per-trial", cores),
    threads: numberOption(options, "threads", cores),
  });
}

function judges(options: CommandLineOptions): Partial<AutoMLOptions> {
  exclusive(options, ["validation", "validation-data", "cv-split-columns"]);
  exclusive(options, ["test-data", "test-size"]);
  return given({
    validation: options["validation"] === undefined ? undefined : checkValidation(options["validation"]),
    cvSplitColumns: listOption(options, "cv-split-columns"),
    testSize: numberOption(options, "test-size", { min: 0.001, max: 0.999 }),
  });
}

function models(options: CommandLineOptions): Partial<AutoMLOptions> {
  return given({
    allowed: listOption(options, "allowed"),
    blocked: listOption(options, "blocked"),
    votingEnsemble: options["no-voting-ensemble"] && false,
    stackEnsemble: options["no-stack-ensemble"] && false,
    predictionTimeLimit: numberOption(options, "prediction-time-limit", { min: 0.01, max: 1e9 }),
    monotone: pairsOption(options, "monotone", ["increasing", "decreasing"]),
    onnxOnly: options["onnx-only"] && true,
  });
}

/** Without the keys that are undefined. */
function given<T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], undefined | ""> } {
  const entries = Object.entries(values).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]?: Exclude<T[K], undefined | ""> };
}

function exclusive(options: CommandLineOptions, names: readonly string[]): void {
  const [first, second] = names.filter((name) => options[name] !== undefined);
  if (second !== undefined)
    throw new SlipwayError("SLW_CLI_OPTION", `--${first} and --${second} exclude each other.`, {
      fix: "Give one of them.",
      details: { options: [first, second] },
    });
}

function checkValidation(text: string): string {
  const [, kind, size] = /^(auto|holdout|cv)(?::([\d.]+))?$/.exec(text) ?? [];
  const value = Number(size);
  const fits =
    (kind === "auto" && size === undefined) ||
    (kind === "holdout" && value >= 0.01 && value <= 0.5) ||
    (kind === "cv" && Number.isInteger(value) && value >= 2 && value <= 20);
  if (fits) return text;
  throw new SlipwayError("SLW_CLI_VALUE", `--validation must be auto, holdout:SHARE or cv:FOLDS, got "${text}".`, {
    fix: "Give a share from 0.01 to 0.5 (--validation holdout:0.1) or from 2 to 20 folds (--validation cv:5).",
  });
}

type Featurization = NonNullable<AutoMLOptions["featurization"]>;

const purposes = ["Numeric", "Categorical", "CategoricalHash", "Text", "DateTime", "Ignore"] as const;

async function featurization(options: CommandLineOptions): Promise<Featurization | undefined> {
  const how = options["featurization"];
  const dropColumns = listOption(options, "drop-columns");
  const columnPurposes = pairsOption(options, "column-purpose", purposes);
  if (how === undefined && !dropColumns && !columnPurposes) return undefined;
  const config: Featurization =
    how === undefined || how === "auto" || how === "off" ? { mode: how ?? "auto" } : await readConfig(how);
  return {
    ...config,
    ...(dropColumns && { dropColumns: [...(config.dropColumns ?? []), ...dropColumns] }),
    ...(columnPurposes && { columnPurposes: { ...config.columnPurposes, ...columnPurposes } }),
  };
}

async function readConfig(path: string): Promise<Featurization> {
  // Schemas take time to load, which only this option needs.
  const { Value } = await import("typebox/value");
  const { FeaturizationConfig } = await import("../contract/index.ts");
  const refused = (problem: string): SlipwayError =>
    new SlipwayError("SLW_CLI_VALUE", `--featurization ${path}: ${problem}`, {
      fix: 'Give auto, off, or a JSON file like {"columnPurposes": {"zip": "Categorical"}, "dropColumns": ["id"]}.',
      details: { path },
    });
  if (!path.endsWith(".json")) throw refused("expected auto, off or the name of a .json file.");
  let config: unknown;
  try {
    config = JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    throw refused(`${(error as Error).message}.`);
  }
  if (Value.Check(FeaturizationConfig, config)) return { mode: "auto", ...config };
  const [first] = Value.Errors(FeaturizationConfig, config);
  throw refused(`${first?.instancePath || "the file"} ${first?.message ?? "does not fit"}.`);
}

/** The run's own tables, and the columns that the options name, checked against the table. */
export async function readTables(
  file: string,
  settings: Settings,
  { options, output, signal }: Invocation,
): Promise<{ readonly table: Table } & Pick<AutoMLOptions, "validationData" | "testData">> {
  const { table } = await readInput(file, output, signal);
  checkColumn(table, file, "--target", settings.target);
  const named: readonly (readonly [string, readonly string[]])[] = [
    ["weight-column", settings.weightColumn === undefined ? [] : [settings.weightColumn]],
    ["cv-split-columns", settings.cvSplitColumns ?? []],
    ["drop-columns", listOption(options, "drop-columns") ?? []],
    ["column-purpose", Object.keys(pairsOption(options, "column-purpose", purposes) ?? {})],
    ["monotone", Object.keys(settings.monotone ?? {})],
  ];
  for (const [option, names] of named) for (const name of names) checkColumn(table, file, `--${option}`, name);
  const more = async (option: string, unneeded: readonly string[] = []): Promise<Table | undefined> => {
    const path = options[option];
    if (path === undefined) return undefined;
    const needed = table.columns.filter(({ name }) => !unneeded.includes(name));
    const types = Object.fromEntries(needed.map(({ name, type }) => [name, type]));
    return (await readInput(path, output, signal, { types })).table;
  };
  const validationData = await more("validation-data");
  const testData = await more("test-data", [
    ...(settings.featurization?.dropColumns ?? []),
    ...(settings.cvSplitColumns ?? []),
  ]);
  return { table, ...(validationData && { validationData }), ...(testData && { testData }) };
}
