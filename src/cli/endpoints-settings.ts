/** The settings of an endpoint as options: those of deploy and update. */
import { SlipwayError } from "../base/index.ts";
import type { BodyOf, operations } from "../contract/index.ts";
import type { Option } from "./command.ts";
import { choiceOption, listOption, numberOption, type CommandLineOptions } from "./values.ts";

export type SettingChanges = NonNullable<BodyOf<typeof operations.updateEndpoint>["settings"]>;

const group = "Settings";

export const settingOptions: readonly Option[] = [
  { name: "replicas", value: "NUMBER", group, description: "Processes that share the requests. By default 1." },
  {
    name: "autoscale",
    value: "MIN-MAX",
    group,
    description: "As many replicas as the load needs, between the two: 1-4; off for the fixed number.",
  },
  {
    name: "app-insights",
    value: "on|off",
    group,
    description: "Logs requests, latencies and failures. By default off.",
  },
  {
    name: "collect-data",
    value: "SHARE",
    group,
    description: "Keeps the inputs and predictions of this share of the requests (0.1; on is all; off is none).",
  },
  { name: "max-rows", value: "NUMBER", group, description: "Rows of a request. By default 10000." },
  { name: "max-body", value: "SIZE", group, description: "Of a request: 10MB (the default), 512KB." },
  { name: "timeout", value: "MS", group, description: "Milliseconds for one answer. By default 60000." },
  { name: "max-concurrent", value: "NUMBER", group, description: "Requests at a time, of a replica. By default 1000." },
  { name: "memory", value: "SIZE", group, description: "A replica that uses more is replaced: 500MB; none is no cap." },
  { name: "cpu", value: "CORES", group, description: "Cores that a replica may use: 0.5; none is no cap." },
  {
    name: "unknown-columns",
    value: "WHAT",
    group,
    description: "ignore (the default, with a warning header) or refuse columns that the model does not know.",
  },
  {
    name: "missing-columns",
    value: "WHAT",
    group,
    description: "refuse (the default) rows without a column, or impute the typical value of training.",
  },
  {
    name: "unknown-categories",
    value: "WHAT",
    group,
    description: "refuse (the default) values that training did not see, or ignore: score them as unknown.",
  },
  {
    name: "azure-answers",
    value: "on|off",
    group,
    description: "/score answers a JSON string that holds JSON, as Azure ML's v1 did. By default off.",
  },
  { name: "cors", value: "ORIGIN,…", group, description: "Origins of web pages that may call it. By default all." },
];

/** Only what was given. @throws SLW_CLI_VALUE */
export function settingChanges(options: CommandLineOptions): SettingChanges {
  const whole = (name: string, min: number, max: number): number | undefined =>
    numberOption(options, name, { min, max, whole: true });
  const changes = {
    replicas: whole("replicas", 1, 64),
    autoscale: autoscaleOf(options["autoscale"]),
    appInsights: switchOption(options, "app-insights"),
    dataCollection: collectionOf(options),
    maxRows: whole("max-rows", 1, 10_000_000),
    bodyBytes: sizeOption(options, "max-body"),
    scoringTimeoutMs: whole("timeout", 1, 3_600_000),
    maxConcurrentRequests: whole("max-concurrent", 1, 100_000),
    memoryBytes: options["memory"] === "none" ? null : sizeOption(options, "memory"),
    cpuCores: options["cpu"] === "none" ? null : numberOption(options, "cpu", { min: 0.01, max: 1024 }),
    unknownColumns: choiceOption(options, "unknown-columns", ["ignore", "refuse"]),
    missingColumns: choiceOption(options, "missing-columns", ["refuse", "impute"]),
    unknownCategories: choiceOption(options, "unknown-categories", ["refuse", "ignore"]),
    resultAsString: switchOption(options, "azure-answers"),
    corsOrigins: listOption(options, "cors"),
  };
  return Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined)) as SettingChanges;
}

function switchOption(options: CommandLineOptions, name: string): boolean | undefined {
  const word = choiceOption(options, name, ["on", "off"]);
  return word === undefined ? undefined : word === "on";
}

function autoscaleOf(text: string | undefined): SettingChanges["autoscale"] {
  if (text === undefined) return undefined;
  if (text === "off") return { enabled: false };
  const match = /^(\d{1,2})-(\d{1,2})$/.exec(text);
  const [min, max] = [Number(match?.[1]), Number(match?.[2])];
  if (min >= 1 && min <= max && max <= 64) return { enabled: true, minReplicas: min, maxReplicas: max };
  throw new SlipwayError("SLW_CLI_VALUE", `--autoscale must be two numbers from 1 to 64, got "${text}".`, {
    fix: "Give the least and the most replicas: --autoscale 1-4; or off.",
  });
}

function collectionOf(options: CommandLineOptions): SettingChanges["dataCollection"] {
  const text = options["collect-data"];
  if (text === undefined) return undefined;
  if (text === "off") return { enabled: false };
  const share = text === "on" ? 1 : numberOption(options, "collect-data", { min: 0, max: 1 });
  return { enabled: true, samplingRate: share as number };
}

const units: Readonly<Record<string, number>> = { "": 1, K: 2 ** 10, M: 2 ** 20, G: 2 ** 30 };

/** "10MB" in bytes. @throws SLW_CLI_VALUE */
function sizeOption(options: CommandLineOptions, name: string): number | undefined {
  const text = options[name];
  if (text === undefined) return undefined;
  const match = /^(\d+(?:\.\d+)?) ?([KMG]?)i?B?$/i.exec(text);
  const size = Math.round(Number(match?.[1]) * (units[match?.[2]?.toUpperCase() ?? ""] ?? NaN));
  if (Number.isSafeInteger(size)) return size;
  throw new SlipwayError("SLW_CLI_VALUE", `--${name} must be a size, got "${text}".`, {
    fix: `Give a number and a unit: --${name} 500MB`,
  });
}
