/** Words that the commands on datasets have in common. */
import { SlipwayError } from "../base/index.ts";
import type { DatasetVersionDetails } from "../contract/index.ts";
import type { Operand, Option } from "./command.ts";
import { count } from "./text.ts";
import type { CommandLineOptions } from "./values.ts";

export const datasetOperand: Operand = {
  name: "NAME[@VERSION]",
  description: "The dataset; its newest version unless one is named: bank, bank@3.",
};

/** "bank@3" as the API takes it. @throws SLW_CLI_OPERAND */
export function datasetVersion(text: string): { dataset: string; version: string } {
  const match = /^([^@]+)(?:@(latest|[1-9]\d{0,8}))?$/.exec(text);
  if (match !== null) return { dataset: match[1] as string, version: match[2] ?? "latest" };
  throw new SlipwayError("SLW_CLI_OPERAND", `"${text}" names no version of a dataset.`, {
    fix: "Give a name, or a name and a number: bank, bank@3",
    details: { got: text },
  });
}

export const tagOption: Option = {
  name: "tag",
  value: "NAME=VALUE",
  repeatable: true,
  description: "A tag; may be given several times.",
};

/** "a=1,b=2" as { a: "1", b: "2" }. @throws SLW_CLI_VALUE */
export function tagsOf(options: CommandLineOptions, name = "tag"): Record<string, string> | undefined {
  const text = options[name];
  if (text === undefined) return undefined;
  return Object.fromEntries(text.split(",").map((part) => splitTag(part, name)));
}

function splitTag(part: string, option: string): [string, string] {
  const at = part.indexOf("=");
  if (at > 0) return [part.slice(0, at).trim(), part.slice(at + 1).trim()];
  throw new SlipwayError("SLW_CLI_VALUE", `--${option} needs NAME=VALUE; got "${part}".`, {
    fix: `Give it like this: --${option} team=risk`,
    details: { option, value: part },
  });
}

/** "3.9 MB" */
export function bytes(size: number): string {
  if (size < 1e3) return `${size} B`;
  if (size < 1e6) return `${(size / 1e3).toFixed(1)} kB`;
  return size < 1e9 ? `${(size / 1e6).toFixed(1)} MB` : `${(size / 1e9).toFixed(2)} GB`;
}

/** "bank@1: 32,950 rows, 21 columns, 3.9 MB" */
export function describeVersion({ dataset, version, rows, columns, size }: DatasetVersionDetails): string {
  return `${dataset}@${version}: ${count(rows)} rows, ${count(columns)} columns, ${bytes(size)}`;
}
