/** The same run on the command line, as a request and as a step of a pipeline. */
import type { NewAutoMLRun } from "../../contract/index.ts";

/** Options of the command by the request's fields; [name, "no"]: said when it is false. */
const flags: readonly (readonly [keyof NewAutoMLRun, string, "no"?])[] = [
  ["task", "task"],
  ["metric", "metric"],
  ["timeLimit", "time-limit"],
  ["maxTrials", "max-trials"],
  ["exitScore", "exit-score"],
  ["earlyStopping", "no-early-stopping", "no"],
  ["validation", "validation"],
  ["testSize", "test-size"],
  ["allowed", "allowed"],
  ["blocked", "blocked"],
  ["votingEnsemble", "no-voting-ensemble", "no"],
  ["stackEnsemble", "no-stack-ensemble", "no"],
  ["predictionTimeLimit", "prediction-time-limit"],
  ["monotone", "monotone"],
  ["onnxOnly", "onnx-only"],
  ["weightColumn", "weight-column"],
  ["classBalance", "class-balance"],
  ["seed", "seed"],
  ["explain", "no-explain", "no"],
  ["experiment", "experiment"],
  ["name", "run-name"],
];

/** The command of one line, for a POSIX shell. */
export function toCommand(request: NewAutoMLRun, workspace: string): string {
  const { register, featurization, target } = request;
  const words = [
    "slipway",
    "automl",
    "--data",
    quoted(dataName(request)),
    "--target",
    quoted(target),
    ...flags.flatMap(([field, name, no]) => flagWords(name, request[field], no !== undefined)),
    ...flagWords("featurization", featurization?.mode, false),
    ...flagWords("column-purpose", featurization?.columnPurposes, false),
    ...flagWords("drop-columns", featurization?.dropColumns, false),
    ...flagWords("register", register?.model, false),
    ...flagWords("alias", register?.alias, false),
    ...(workspace === "default" ? [] : ["--workspace", quoted(workspace)]),
  ];
  return words.join(" ");
}

function flagWords(name: string, value: unknown, isSaidWhenFalse: boolean): string[] {
  if (value === undefined || (isSaidWhenFalse && value !== false)) return [];
  if (typeof value === "boolean") return isSaidWhenFalse || value ? [`--${name}`] : [];
  if (Array.isArray(value)) return [`--${name}`, quoted(value.join(","))];
  if (typeof value === "object") {
    return Object.entries(value as Record<string, string>).flatMap(([key, word]) => [
      `--${name}`,
      quoted(`${key}=${word}`),
    ]);
  }
  return [`--${name}`, quoted(String(value))];
}

/** As one word of a POSIX shell. */
function quoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

function dataName({ data: { dataset, version } }: NewAutoMLRun): string {
  return version === undefined ? dataset : `${dataset}@${version}`;
}

/** The request of it. */
export function toRest(request: NewAutoMLRun, workspace: string) {
  const path = `/api/v1/workspaces/${encodeURIComponent(workspace)}/automl-runs`;
  return { method: "POST", path, body: request } as const;
}

/** A pipeline of this one step, as `slipway pipelines publish` takes it. */
export function toStep(request: NewAutoMLRun): string {
  const { data: _data, experiment: _experiment, name: _name, register, ...options } = request;
  const lines = [
    `name: ${yaml(`${request.data.dataset}-automl`)}`,
    "steps:",
    "  train:",
    "    type: automl",
    `    data: ${yaml(dataName(request))}`,
    "    options:",
    ...Object.entries(options).flatMap(([field, value]) => yamlLines(snakeCase(field), value, "      ")),
  ];
  if (register === undefined) return lines.join("\n");
  return [
    ...lines,
    "  register:",
    "    type: register",
    `    model: \${{ steps.train.outputs.model }}`,
    `    name: ${yaml(register.model)}`,
    ...(register.alias === undefined ? [] : [`    alias: ${yaml(register.alias)}`]),
  ].join("\n");
}

function yamlLines(key: string, value: unknown, indent: string): string[] {
  if (Array.isArray(value)) return [`${indent}${key}: [${value.map((item) => yaml(item)).join(", ")}]`];
  if (typeof value !== "object" || value === null) return [`${indent}${key}: ${yaml(value)}`];
  // Names of columns stay as they are; those of options are written as elsewhere in the file.
  const isConfig = key === "featurization";
  return [
    `${indent}${key}:`,
    ...Object.entries(value).flatMap(([name, inner]) =>
      yamlLines(isConfig ? snakeCase(name) : yaml(name), inner, `${indent}  `),
    ),
  ];
}

/** A scalar; text that could be read as something else is in double quotes, which are JSON's. */
function yaml(value: unknown): string {
  if (typeof value !== "string") return String(value);
  const isPlain = /^[A-Za-z_][\w@./-]*$/.test(value) && !/^(true|false|null|yes|no|on|off|y|n)$/i.test(value);
  return isPlain ? value : JSON.stringify(value);
}

function snakeCase(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
