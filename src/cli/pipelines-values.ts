/** What the commands of pipelines have in common: the file, its code, parameters. */
import { SlipwayError } from "../base/index.ts";
import type { Operand, Option } from "./command.ts";
import type { CommandLineOptions } from "./values.ts";

export const fileOperand: Operand = {
  name: "FILE",
  description: "YAML, JSON, or a TypeScript module that exports definePipeline({…}).",
};

export const pipelineOperand: Operand = {
  name: "NAME[@VERSION]",
  description: "A published pipeline; by default the version that is its default.",
};

export const gitOptions: readonly Option[] = [
  {
    name: "git",
    value: "REPOSITORY",
    group: "Source",
    description: "Takes FILE from this git repository, a URL or a path, instead of from here.",
  },
  { name: "commit", value: "COMMIT", group: "Source", description: "Of that repository: a commit, branch or tag." },
];

export const parameterOption: Option = {
  name: "parameter",
  value: "NAME=VALUE",
  repeatable: true,
  description: "Value of a parameter; may be given several times. A value with commas is given by --parameters.",
};

export const parametersOption: Option = {
  name: "parameters",
  value: "JSON",
  description: 'Values of parameters as JSON: {"metric": "accuracy", "blocked": ["SVM", "KNN"]}.',
};

/** @throws SLW_CLI_VALUE */
export function parametersOf(options: CommandLineOptions): Record<string, unknown> | undefined {
  const { parameter: param, parameters: params } = options;
  if (param === undefined && params === undefined) return undefined;
  const values: Record<string, unknown> = params === undefined ? {} : parseObject(params);
  for (const pair of param?.split(",") ?? []) {
    const at = pair.indexOf("=");
    if (at < 1) {
      throw new SlipwayError("SLW_CLI_VALUE", `--parameter needs NAME=VALUE, got "${pair}".`, {
        fix: 'Give it like this: --parameter metric=accuracy; values with commas by --parameters \'{"name": "a,b"}\'.',
      });
    }
    values[pair.slice(0, at).trim()] = pair.slice(at + 1);
  }
  return values;
}

function parseObject(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return { ...value };
  } catch {
    // Said below.
  }
  throw new SlipwayError("SLW_CLI_VALUE", `--parameters is no JSON object: ${text.slice(0, 200)}`, {
    fix: 'Give it like this: --parameters \'{"metric": "accuracy"}\'',
  });
}

/** "retrain@3" in its parts; no version is the default one. */
export function pipelineVersion(given: string): { readonly pipeline: string; readonly version: string } {
  const at = given.lastIndexOf("@");
  return at > 0
    ? { pipeline: given.slice(0, at), version: given.slice(at + 1) }
    : { pipeline: given, version: "default" };
}
