/** Hyperparameters of the linear learners and their kin, each checked. */
import { SlipwayError } from "../../base/index.ts";
import type { Params } from "./learner.ts";
import type { NumericEncoding } from "./linear-encoding.ts";

/** The listed rows' values. A loop, as Float64Array.from takes a tenth of a second for a million rows. */
export function rowsOf(values: Float64Array, rows: Uint32Array): Float64Array {
  const picked = new Float64Array(rows.length);
  for (let i = 0; i < rows.length; i++) picked[i] = values[rows[i]];
  return picked;
}

/** @throws SLW_LEARNER_PARAM */
export function numberParam(
  params: Params,
  name: string,
  fallback: number,
  allowed: (value: number) => boolean,
  expected: string,
): number {
  const value = params[name] ?? fallback;
  if (typeof value === "number" && Number.isFinite(value) && allowed(value)) return value;
  throw wrongParam(name, expected, value);
}

/** @throws SLW_LEARNER_PARAM */
export function choiceParam<T extends string>(params: Params, name: string, choices: readonly [T, ...T[]]): T {
  const value = params[name] ?? choices[0];
  if ((choices as readonly unknown[]).includes(value)) return value as T;
  throw wrongParam(name, choices.join(" or "), value);
}

/** The default is "scaled". @throws SLW_LEARNER_PARAM */
export function encodingParam(params: Params): NumericEncoding {
  return choiceParam(params, "encoding", ["scaled", "bins"]);
}

function wrongParam(name: string, expected: string, got: unknown): SlipwayError {
  return new SlipwayError("SLW_LEARNER_PARAM", `The hyperparameter ${name} should be ${expected}, but is ${got}.`, {
    details: { param: name, expected, got },
  });
}
