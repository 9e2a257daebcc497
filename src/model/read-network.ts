/** A network in a model file's header, read with every check of its own fields; check-network.ts compares them. */
import { readFinite, readInteger, readList, readObject, readOneOf, readRecord } from "./fields.ts";
import type { Tensor, TensorType } from "./tensors.ts";
import type { Link, NetworkEncoding, NetworkLearner } from "./types.ts";

type ReadTensor = <T extends TensorType>(value: unknown, dtype: T, path: string) => Tensor<T>;

const keys = [
  "kind",
  "outputs",
  "link",
  "networks",
  "width",
  "encodings",
  "table",
  "tableBias",
  "layers",
  "heads",
  "base",
  "scale",
] as const satisfies (keyof NetworkLearner)[];

/** @throws SLW_MODEL_INVALID naming the field */
export function readNetwork(
  value: unknown,
  path: string,
  links: readonly Link[],
  readTensor: ReadTensor,
): NetworkLearner {
  const fields = readObject(value, path, keys);
  return {
    kind: "network",
    outputs: readInteger(fields.outputs, `${path}.outputs`, 1),
    link: readOneOf(fields.link, `${path}.link`, links),
    networks: readInteger(fields.networks, `${path}.networks`, 1),
    width: readInteger(fields.width, `${path}.width`, 1),
    encodings: readList(fields.encodings, `${path}.encodings`, (item, at) => readEncoding(item, at, readTensor)),
    table: readTensor(fields.table, "float32", `${path}.table`),
    tableBias: readTensor(fields.tableBias, "float32", `${path}.tableBias`),
    layers: readList(fields.layers, `${path}.layers`, (item, at) => {
      const layer = readObject(item, at, ["weights", "bias"]);
      return {
        weights: readTensor(layer.weights, "float32", `${at}.weights`),
        bias: readTensor(layer.bias, "float32", `${at}.bias`),
      };
    }),
    heads: readTensor(fields.heads, "float32", `${path}.heads`),
    base: readTensor(fields.base, "float64", `${path}.base`),
    scale: readFinite(fields.scale, `${path}.scale`),
  };
}

function readEncoding(value: unknown, path: string, readTensor: ReadTensor): NetworkEncoding {
  const kind = readOneOf(readRecord(value, path).kind, `${path}.kind`, ["numeric", "categorical"]);
  if (kind === "categorical") {
    const fields = readObject(value, path, ["kind", "feature", "position", "cardinality"]);
    return {
      kind,
      feature: readInteger(fields.feature, `${path}.feature`, 0),
      position: readInteger(fields.position, `${path}.position`, 0),
      cardinality: readInteger(fields.cardinality, `${path}.cardinality`, 0),
    };
  }
  const fields = readObject(value, path, ["kind", "feature", "position", "missing", "knots"]);
  return {
    kind,
    feature: readInteger(fields.feature, `${path}.feature`, 0),
    position: readInteger(fields.position, `${path}.position`, 0),
    missing: readInteger(fields.missing, `${path}.missing`, 0),
    knots: readTensor(fields.knots, "float64", `${path}.knots`),
  };
}
