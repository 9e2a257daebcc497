/** What the wizard's search parameters ask of the server, and the same from the options of a run that was there before. */
import type { NewAutoMLRun, Run } from "../../contract/index.ts";
import { primaryMetrics } from "./choices.ts";
import type { Task } from "./guess-target.ts";
import { directions, purposes, readPairs, writePairs, type WizardSearch } from "./wizard-search.ts";

/** What is taken where the search parameters do not say it. */
export interface Defaults {
  readonly dataset: string;
  readonly target: string;
  /** null: not known, the server decides. */
  readonly task: Task | null;
}

/** Seconds that a run has by default. */
export const defaultTime = 60;

/** The body of createAutoMLRun; what is as by default stays unsaid, but for the time and the model. */
export function toRequest(search: WizardSearch, defaults: Defaults): NewAutoMLRun {
  const { dataset = defaults.dataset, version, target = defaults.target, name, experiment } = search;
  return {
    data: { dataset, ...(version !== undefined && { version }) },
    target,
    ...given({
      task: search.task === defaults.task ? undefined : search.task,
      metric: chosenMetric(search, defaults.task),
      ...limits(search),
      ...judges(search),
      ...models(search),
      featurization: featurization(search),
      weightColumn: search.weight,
      classBalance: search.balance,
      seed: search.seed,
      explain: search.noexplain && false,
      experiment,
      name,
      register: registration(search, dataset),
    }),
  };
}

/** undefined: the default of the task. A metric of the other task is not taken. */
export function chosenMetric({ metric, task }: WizardSearch, inferred: Task | null): string | undefined {
  const offered = primaryMetrics[task ?? inferred ?? "classification"];
  return offered.slice(1).some(({ id }) => id === metric) ? metric : undefined;
}

function limits({ time, trials, exit, noearly }: WizardSearch): Partial<NewAutoMLRun> {
  return given({
    timeLimit: time ?? (trials === undefined ? defaultTime : undefined),
    maxTrials: trials,
    exitScore: exit,
    earlyStopping: noearly && false,
  });
}

function judges({ validation, test }: WizardSearch): Partial<NewAutoMLRun> {
  return given({ validation, testSize: test });
}

function models({ allowed, blocked, novote, nostack, latency, onnx, monotone }: WizardSearch): Partial<NewAutoMLRun> {
  const moves = readPairs(monotone, directions);
  return given({
    allowed,
    blocked,
    votingEnsemble: novote && false,
    stackEnsemble: nostack && false,
    predictionTimeLimit: latency,
    onnxOnly: onnx,
    monotone: Object.keys(moves).length === 0 ? undefined : moves,
  });
}

function featurization({ features, purposes: chosen, drop }: WizardSearch): NewAutoMLRun["featurization"] {
  const columnPurposes = readPairs(chosen, purposes);
  const config = given({
    mode: features,
    columnPurposes: Object.keys(columnPurposes).length === 0 ? undefined : columnPurposes,
    dropColumns: drop,
  });
  return Object.keys(config).length === 0 ? undefined : config;
}

function registration({ noregister, model, alias }: WizardSearch, dataset: string): NewAutoMLRun["register"] {
  return noregister ? undefined : { model: model ?? dataset, ...(alias !== undefined && { alias }) };
}

/** Without the keys that are undefined. */
function given<T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const entries = Object.entries(values).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]?: Exclude<T[K], undefined> };
}

/**
 * The search parameters that ask for the same again.
 * @param run with the options as its params: texts as they are, all else as JSON
 */
export function optionsOfRun(run: Pick<Run, "params" | "datasets">): WizardSearch {
  const params = Object.fromEntries(Object.entries(run.params).map(([key, text]) => [key, readParam(text)]));
  const options = params as Partial<NewAutoMLRun>;
  const { columnPurposes, dropColumns, mode } = options.featurization ?? {};
  return given({
    ...datasetOf(run),
    target: run.params["target"],
    task: options.task,
    metric: options.metric,
    time: options.timeLimit,
    trials: options.maxTrials,
    exit: options.exitScore,
    noearly: options.earlyStopping === false ? true : undefined,
    validation: options.validation,
    test: options.testSize,
    novote: options.votingEnsemble === false ? true : undefined,
    nostack: options.stackEnsemble === false ? true : undefined,
    allowed: options.allowed,
    blocked: options.blocked,
    latency: options.predictionTimeLimit,
    monotone: writePairs(options.monotone ?? {}),
    onnx: options.onnxOnly === true ? true : undefined,
    features: mode === "off" ? ("off" as const) : undefined,
    purposes: writePairs(columnPurposes ?? {}),
    drop: dropColumns,
    weight: run.params["weightColumn"],
    balance: options.classBalance === "none" ? undefined : options.classBalance,
    seed: options.seed,
    noexplain: options.explain === false ? true : undefined,
  });
}

function readParam(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** The training data: "slipway:/datasets/bank/3". */
function datasetOf({ datasets }: Pick<Run, "datasets">): Pick<WizardSearch, "dataset" | "version"> {
  const training = datasets.find(({ tags }) => tags["mlflow.data.context"] === "training") ?? datasets[0];
  const [, dataset, version] = /^slipway:\/datasets\/([^/]+)\/(\d+)$/.exec(training?.source ?? "") ?? [];
  return dataset === undefined ? {} : { dataset, version: Number(version) };
}
