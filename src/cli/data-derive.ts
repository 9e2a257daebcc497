import { readFileSync } from "node:fs";
import { SlipwayError } from "../base/index.ts";
import type { BodyOf, Operations } from "../contract/index.ts";
import type { Command, Invocation, Option } from "./command.ts";
import { datasetOperand, datasetVersion, describeVersion } from "./data-values.ts";
import { connect, serverOptions } from "./server-client.ts";
import { choiceOption, listOption, numberOption, type CommandLineOptions } from "./values.ts";

type Derivation = BodyOf<Operations["deriveDatasetVersion"]>;
type Step = Derivation["steps"][number];
type Condition = Extract<Step, { step: "filter" }>["where"][number];

const formatOption: Option = {
  name: "format",
  value: "FORMAT",
  description: "csv or parquet. By default that of the dataset.",
};
const seedOption: Option = { name: "seed", value: "NUMBER", description: "A whole number from 0. By default 0." };
const largest = Number.MAX_SAFE_INTEGER;

export const dataDeriveCommand: Command = {
  name: "data derive",
  summary: "Makes a dataset of rows and columns of another one.",
  operands: [datasetOperand, { name: "NEW", description: "The dataset to make, or to make a new version of." }],
  options: [
    {
      name: "where",
      value: "CONDITION",
      repeatable: true,
      description:
        "Only rows that meet this: 'age >= 18', 'city = Rome', 'age is_null'; all of them, where several are given.",
    },
    { name: "keep", value: "A,B", repeatable: true, description: "Only these columns, in this order." },
    { name: "drop", value: "A,B", repeatable: true, description: "All columns but these." },
    { name: "skip", value: "ROWS", description: "Without the first rows." },
    { name: "take", value: "ROWS", description: "Only the first rows of those that are left." },
    { name: "sample", value: "SHARE", description: "Each row with this probability, between 0 and 1." },
    seedOption,
    {
      name: "timestamp",
      value: "COLUMN",
      description: "The column of dates that says when a row is from; the new dataset keeps it.",
    },
    { name: "after", value: "DATE", description: "Only rows from this date (ISO 8601) on." },
    { name: "before", value: "DATE", description: "Only rows up to this date." },
    { name: "recent", value: "DURATION", description: "Only rows of the last 7d, 36h, 90m or 2w." },
    {
      name: "steps",
      value: "FILE.json",
      description: "Instead of the options above: a list of steps as the API takes them.",
    },
    formatOption,
    ...serverOptions,
  ],
  details: [
    "The steps are done in the order of the options here. The new version knows what it was made of.",
    "--after, --before and --recent look at the timestamp column: that of --timestamp, or that the dataset has already.",
  ],
  example: "slipway data derive penguins gentoo --where 'species = Gentoo' --drop island",
  writesData: (options) => "json" in options,
  run: (invocation) => derive(invocation, { steps: stepsOf(invocation.options), name: invocation.operands[1] ?? "" }),
};

export const dataSplitCommand: Command = {
  name: "data split",
  summary: "Splits a dataset at random into two.",
  operands: [
    datasetOperand,
    { name: "FIRST", description: "The dataset that the first part becomes." },
    { name: "REST", description: "The dataset that the other rows become." },
  ],
  options: [
    { name: "percentage", value: "SHARE", description: "Share of the first part, between 0 and 1. By default 0.8." },
    seedOption,
    formatOption,
    ...serverOptions,
  ],
  details: [],
  example: "slipway data split penguins penguins-train penguins-test --percentage 0.8 --seed 1",
  writesData: (options) => "json" in options,
  run: (invocation) => {
    const [, name = "", restName = ""] = invocation.operands;
    const percentage = shareOption(invocation.options, "percentage") ?? 0.8;
    return derive(invocation, {
      steps: [{ step: "random_split", percentage, ...seedOf(invocation.options) }],
      name,
      restName,
    });
  },
};

export const dataPartitionCommand: Command = {
  name: "data partition",
  summary: "Makes a dataset for each combination of values of columns.",
  operands: [datasetOperand, { name: "NEW", description: "What the names of the datasets begin with." }],
  options: [
    {
      name: "by",
      value: "A,B",
      repeatable: true,
      description: "The columns; at most 100 combinations of their values.",
    },
    formatOption,
    ...serverOptions,
  ],
  details: ["Each has its values as tags: slipway data list --tag island=Dream finds it."],
  example: "slipway data partition penguins penguins --by island",
  writesData: (options) => "json" in options,
  run: runPartition,
};

async function runPartition({ operands, options, output, write, signal }: Invocation): Promise<void> {
  const columns = listOption(options, "by");
  if (columns === undefined) {
    throw new SlipwayError("SLW_CLI_OPTION", "slipway data partition needs --by.", {
      fix: "Name columns: --by region,year",
    });
  }
  const format = choiceOption(options, "format", ["csv", "parquet"]);
  const [from = "", name = ""] = operands;
  output.status("reading and writing …");
  const body = { columns, name, ...(format && { format }) };
  const answer = await connect(options).partitionDatasetVersion({ ...datasetVersion(from), body }, { signal });
  output.status("");
  if ("json" in options) return void (await write(`${JSON.stringify(answer)}\n`));
  for (const { version, created } of answer.partitions)
    output.line(`${output.bold(describeVersion(version))}${created ? "" : " (was there already)"}`);
}

async function derive({ operands, options, output, write, signal }: Invocation, derivation: Derivation): Promise<void> {
  const format = choiceOption(options, "format", ["csv", "parquet"]);
  const ref = datasetVersion(operands[0] ?? "");
  output.status("reading and writing …");
  const body = { ...derivation, ...(format && { format }) };
  const answer = await connect(options).deriveDatasetVersion({ ...ref, body }, { signal });
  output.status("");
  if ("json" in options) return void (await write(`${JSON.stringify(answer)}\n`));
  for (const made of [answer.first, answer.rest]) {
    if (made) output.line(`${output.bold(describeVersion(made.version))}${made.created ? "" : " (was there already)"}`);
  }
}

function stepsOf(options: CommandLineOptions): Step[] {
  if (options["steps"] !== undefined) return readSteps(options["steps"]);
  const steps: Step[] = [];
  const where = listOption(options, "where")?.map(parseCondition);
  if (where) steps.push({ step: "filter", where });
  const keep = listOption(options, "keep");
  if (keep) steps.push({ step: "keep_columns", columns: keep });
  const drop = listOption(options, "drop");
  if (drop) steps.push({ step: "drop_columns", columns: drop });
  const skip = numberOption(options, "skip", { min: 0, max: largest, whole: true });
  if (skip !== undefined) steps.push({ step: "skip", count: skip });
  const take = numberOption(options, "take", { min: 1, max: largest, whole: true });
  if (take !== undefined) steps.push({ step: "take", count: take });
  const probability = shareOption(options, "sample");
  if (probability !== undefined) steps.push({ step: "take_sample", probability, ...seedOf(options) });
  steps.push(...timeSteps(options));
  if (steps.length > 0) return steps;
  throw new SlipwayError("SLW_CLI_OPTION", "slipway data derive needs at least one step.", {
    fix: "Give --where, --keep, --drop, --skip, --take, --sample, --timestamp, --after, --before, --recent or --steps.",
  });
}

function timeSteps({ timestamp, after, before, recent }: CommandLineOptions): Step[] {
  return [
    ...(timestamp === undefined ? [] : [{ step: "with_timestamp_columns" as const, timestamp }]),
    ...(after === undefined ? [] : [{ step: "time_after" as const, start: after }]),
    ...(before === undefined ? [] : [{ step: "time_before" as const, end: before }]),
    ...(recent === undefined ? [] : [{ step: "time_recent" as const, timeDelta: parseDuration(recent) }]),
  ];
}

/** "36h" as ISO 8601 has it; what is in that form already stays. @throws SLW_CLI_VALUE */
export function parseDuration(text: string): string {
  if (/^P[\dT]/.test(text)) return text;
  const [, number, unit] = /^(\d{1,6})\s*([wdhm])$/.exec(text) ?? [];
  if (number !== undefined && unit !== undefined)
    return `P${unit === "h" || unit === "m" ? "T" : ""}${number}${unit.toUpperCase()}`;
  throw new SlipwayError("SLW_CLI_VALUE", `--recent cannot read "${text}".`, {
    fix: "Give a number and w, d, h or m, weeks to minutes: --recent 7d",
    details: { option: "recent", value: text },
  });
}

/** Only its form as JSON is looked at here; the server checks the steps. */
function readSteps(file: string): Step[] {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Step[];
  } catch (cause) {
    throw new SlipwayError("SLW_CLI_VALUE", `--steps ${file} cannot be read as JSON: ${(cause as Error).message}.`, {
      cause,
    });
  }
}

/** "age >= 18": a column, what it is compared by, and a value; numbers and dates are told by the column. */
export function parseCondition(text: string): Condition {
  const isNull = /^(.+?)\s+(is_null|not_null)$/.exec(text);
  if (isNull) return { column: isNull[1] as string, is: isNull[2] as "is_null" | "not_null" };
  const match = /^(.+?)\s*(!=|<=|>=|=|<|>)\s*(.+)$/.exec(text);
  if (match) return { column: match[1] as string, is: match[2] as "=", value: match[3] as string };
  throw new SlipwayError("SLW_CLI_VALUE", `--where cannot read "${text}".`, {
    fix: "Write a column, one of = != < <= > >= and a value: --where 'age >= 18'",
    details: { option: "where", value: text },
  });
}

function shareOption(options: CommandLineOptions, name: string): number | undefined {
  return numberOption(options, name, { min: 1e-9, max: 1 - 1e-9 });
}

function seedOf(options: CommandLineOptions): { seed?: number } {
  const seed = numberOption(options, "seed", { min: 0, max: 4_294_967_295, whole: true });
  return seed === undefined ? {} : { seed };
}
