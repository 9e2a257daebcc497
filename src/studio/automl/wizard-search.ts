/** All that the wizard asks, as search parameters: only what differs from the defaults is there. */
import { searchChoice, searchFlag, searchList, searchNumber, searchText } from "../app/index.ts";

export const purposes = ["Numeric", "Categorical", "CategoricalHash", "Text", "DateTime", "Ignore"] as const;
export const directions = ["increasing", "decreasing"] as const;
/** What the last step shows the run as. */
export const twinForms = ["cli", "rest", "yaml"] as const;

type Raw = Readonly<Record<string, unknown>>;

/** The rows, and what is predicted. */
function dataSearch(raw: Raw) {
  return {
    dataset: searchText(raw["dataset"]),
    version: searchNumber(raw["version"], { min: 1 }),
    target: searchText(raw["target"]),
    task: searchChoice(raw["task"], ["classification", "regression"]),
  };
}

/** What is good, and how long to look for it. */
function goalSearch(raw: Raw) {
  return {
    metric: searchText(raw["metric"]),
    /** Seconds. */
    time: searchNumber(raw["time"], { min: 1, max: 604_800 }),
    trials: searchNumber(raw["trials"], { min: 1, max: 100_000 }),
    exit: searchNumber(raw["exit"]),
    noearly: searchFlag(raw["noearly"]),
    validation: searchText(raw["validation"]),
    /** Share of rows to test on. */
    test: searchNumber(raw["test"], { min: 0.001, max: 0.999 }),
    novote: searchFlag(raw["novote"]),
    nostack: searchFlag(raw["nostack"]),
  };
}

function advancedSearch(raw: Raw) {
  return {
    allowed: searchList(raw["allowed"]),
    blocked: searchList(raw["blocked"]),
    /** Microseconds a row. */
    latency: searchNumber(raw["latency"], { min: 0.01, max: 1e9 }),
    /** "COLUMN:increasing". */
    monotone: searchList(raw["monotone"]),
    onnx: searchFlag(raw["onnx"]),
    features: searchChoice(raw["features"], ["off"]),
    /** "COLUMN:Purpose". */
    purposes: searchList(raw["purposes"]),
    drop: searchList(raw["drop"]),
    weight: searchText(raw["weight"]),
    balance: searchChoice(raw["balance"], ["auto", "weights", "oversample"]),
    seed: searchNumber(raw["seed"], { min: 0, max: 4_294_967_295 }),
    noexplain: searchFlag(raw["noexplain"]),
  };
}

function nameSearch(raw: Raw) {
  return {
    name: searchText(raw["name"]),
    experiment: searchText(raw["experiment"]),
    noregister: searchFlag(raw["noregister"]),
    /** Name of the model; by default the dataset's. */
    model: searchText(raw["model"]),
    alias: searchText(raw["alias"]),
  };
}

export function wizardSearch(raw: Raw) {
  return {
    step: searchNumber(raw["step"], { min: 1, max: 3 }),
    open: searchList(raw["open"]),
    /** Part of the names of the columns whose options are offered. */
    columns: searchText(raw["columns"]),
    form: searchChoice(raw["form"], twinForms),
    /** A run of which the options are taken. */
    from: searchText(raw["from"]),
    ...dataSearch(raw),
    ...goalSearch(raw),
    ...advancedSearch(raw),
    ...nameSearch(raw),
  };
}

/** All of it may be absent, as in a link. */
export type WizardSearch = Partial<ReturnType<typeof wizardSearch>>;

/** @returns how many of the advanced options are not as by default */
export function advancedCount(search: WizardSearch): number {
  const { test, trials, exit, noearly } = search;
  const advanced = advancedSearch(search as unknown as Raw);
  return [...Object.values(advanced), test, trials, exit, noearly].filter((value) => value !== undefined).length;
}

/** "COLUMN:word" pairs as an object; a column's name may hold colons itself. */
export function readPairs<T extends string>(
  pairs: readonly string[] | undefined,
  words: readonly T[],
): Record<string, T> {
  const entries = (pairs ?? []).flatMap((pair): [string, T][] => {
    const at = pair.lastIndexOf(":");
    const word = words.find((candidate) => candidate === pair.slice(at + 1));
    return at > 0 && word !== undefined ? [[pair.slice(0, at), word]] : [];
  });
  return Object.fromEntries(entries);
}

/** @returns undefined where there is none */
export function writePairs(pairs: Readonly<Record<string, string>>): string[] | undefined {
  const written = Object.entries(pairs).map(([column, word]) => `${column}:${word}`);
  return written.length === 0 ? undefined : written;
}
