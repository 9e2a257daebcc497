/** What must hold between the numbers of a network, so that scoring it never reads beside them. */
import { invalidModel } from "./fields.ts";
import type { NetworkEncoding, NetworkLearner } from "./types.ts";

/**
 * @param features number of the model's features
 * @throws SLW_MODEL_INVALID naming the field
 */
export function checkNetwork(learner: NetworkLearner, path: string, features: number): void {
  const { base, encodings, heads, layers, networks, outputs, table, tableBias, width } = learner;
  const units = networks * width;
  requireNumbers(tableBias, units, `${path}.tableBias`);
  if (table.length % units !== 0) throw invalidModel(`${path}.table`, `a multiple of ${units} elements`, table.length);
  requireNumbers(table, table.length, `${path}.table`);
  layers.forEach(({ weights, bias }, i) => {
    requireNumbers(weights, units * width, `${path}.layers[${i}].weights`);
    requireNumbers(bias, units, `${path}.layers[${i}].bias`);
  });
  requireNumbers(heads, units * outputs, `${path}.heads`);
  requireNumbers(base, outputs, `${path}.base`);
  encodings.forEach((encoding, i) => {
    checkEncoding(encoding, `${path}.encodings[${i}]`, features, table.length / units);
  });
}

function checkEncoding(encoding: NetworkEncoding, path: string, features: number, rows: number): void {
  const { feature, kind, position } = encoding;
  if (feature >= features) throw invalidModel(`${path}.feature`, `less than ${features}`, feature);
  const last = position + (kind === "numeric" ? encoding.knots.length - 1 : encoding.cardinality);
  if (last >= rows) throw invalidModel(`${path}.position`, `table rows below ${rows}`, last);
  if (kind === "categorical") return;
  const { knots, missing } = encoding;
  if (missing >= rows) throw invalidModel(`${path}.missing`, `a table row below ${rows}`, missing);
  if (knots.length === 0) throw invalidModel(`${path}.knots`, "at least one knot", 0);
  requireNumbers(knots, knots.length, `${path}.knots`);
  const at = knots.findIndex((knot, i) => i > 0 && knot <= knots[i - 1]);
  if (at >= 0) throw invalidModel(`${path}.knots[${at}]`, `more than ${knots[at - 1]}`, knots[at]);
}

/** As many as expected, and all of them finite. */
function requireNumbers(tensor: Float32Array | Float64Array, length: number, path: string): void {
  if (tensor.length !== length) throw invalidModel(path, `${length} elements`, tensor.length);
  const at = tensor.findIndex((value) => !Number.isFinite(value));
  if (at >= 0) throw invalidModel(`${path}[${at}]`, "a finite number", String(tensor[at]));
}
