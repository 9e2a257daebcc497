/** Can the models be judged on the same rows? Told before anything is read. */
import { nearest, SlipwayError } from "../../../base/index.ts";
import type { EvaluatedTable } from "./evaluate-messages.ts";
import type { NamedModel } from "./named-model.ts";

/**
 * The column that holds the truth: as the step says, or the models do.
 * @throws SLW_EVALUATE_COLUMNS where the models predict different ones, SLW_STEP_OPTION where nobody says it
 */
export function targetOf(given: string | undefined, candidate: NamedModel, production: NamedModel | null): string {
  const own = candidate.contents.target;
  const other = production?.contents.target ?? null;
  if (own !== null && other !== null && own !== other) {
    throw new SlipwayError(
      "SLW_EVALUATE_COLUMNS",
      `${candidate.label} predicts "${own}", but ${production?.label} in production predicts "${other}".`,
      {
        fix: "Judge it against a version that predicts the same column.",
        details: { model: candidate.label, target: own, production: production?.label, productionTarget: other },
      },
    );
  }
  const target = given === undefined || given === "" ? (own ?? other) : given;
  if (target !== null) return target;
  throw new SlipwayError("SLW_STEP_OPTION", `target: ${candidate.label} does not say which column it predicts.`, {
    fix: "Name the column in the step: target: y",
    details: { option: "target", model: candidate.label },
  });
}

/** Of ONNX graphs the columns of a tensor have no names of their own: what is missing shows when they are loaded. */
export function checkSameRows(
  { label, contents }: NamedModel,
  target: string,
  { name, schema }: Pick<EvaluatedTable, "name" | "schema">,
): void {
  const there = Object.keys(schema);
  if (!there.includes(target)) throw lacking(name, [target], `the target of ${label}`, there);
  if (contents.kind === "onnx") return;
  const needed = contents.inputs.filter(({ nullable }) => contents.kind === "slipway" || !nullable);
  const missing = needed.map((column) => column.name).filter((column) => !there.includes(column));
  if (missing.length > 0) throw lacking(name, missing, `which ${label} was trained on`, there);
}

function lacking(data: string, missing: readonly string[], why: string, there: readonly string[]): SlipwayError {
  const quoted = missing.slice(0, 20).map((column) => `"${column}"`);
  const more = missing.length > quoted.length ? ` and ${missing.length - quoted.length} more` : "";
  const near = nearest(missing[0] ?? "", there);
  return new SlipwayError("SLW_EVALUATE_COLUMNS", `${data} lacks ${quoted.join(", ")}${more}, ${why}.`, {
    ...(near !== null && { fix: `Did you mean "${near}"? Rename the column, or choose other data.` }),
    details: { data, missing },
  });
}
