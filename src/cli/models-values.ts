/** Words that the commands on models have in common. */
import { SlipwayError } from "../base/index.ts";
import type { ModelVersionDetails } from "../contract/index.ts";
import type { Operand } from "./command.ts";

export const versionOperand: Operand = {
  name: "NAME[@VERSION]",
  description:
    "The model, and a number, latest, best, an alias or a stage: bank@3, bank@best. By default the latest version.",
};

export interface NamedVersion {
  readonly model: string;
  /** As the API takes it: "3", "latest", "champion". */
  readonly version: string;
}

/** "bank@best" as its two parts; null for the version where there is none. @throws SLW_CLI_OPERAND */
export function splitVersion(text: string): { readonly model: string; readonly version: string | null } {
  const at = text.lastIndexOf("@");
  const [model, version] = at < 0 ? [text, null] : [text.slice(0, at), text.slice(at + 1)];
  if (model !== "" && version !== "") return { model, version };
  throw new SlipwayError("SLW_CLI_OPERAND", `"${text}" names no model.`, {
    fix: "Give a name, or a name and a version: bank, bank@3, bank@best",
    details: { got: text },
  });
}

/** The latest where no version is named. @throws SLW_CLI_OPERAND */
export function namedVersion(text: string): NamedVersion {
  const { model, version } = splitVersion(text);
  return { model, version: version ?? "latest" };
}

/** For what changes something: the version must be named. @throws SLW_CLI_OPERAND */
export function explicitVersion(text: string): NamedVersion {
  const { model, version } = splitVersion(text);
  if (version !== null) return { model, version };
  throw new SlipwayError("SLW_CLI_OPERAND", `"${text}" names no version.`, {
    fix: `Name the version too: ${text}@3, ${text}@latest`,
    details: { got: text },
  });
}

/** "0.94812 accuracy"; empty where the version has no primary metric. */
export function primaryMetricText(
  { primaryMetric, metrics }: Pick<ModelVersionDetails, "primaryMetric" | "metrics">,
  format: (value: number | undefined) => string,
): string {
  return primaryMetric === null ? "" : `${format(metrics[primaryMetric])} ${primaryMetric}`;
}
