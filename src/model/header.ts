/**
 * The JSON header of a model file: the Model with a reference in the place of every typed array.
 * Writing takes whatever the Model holds; reading checks every field, since a file may come from anywhere.
 */
import { checkLearner } from "./check-learner.ts";
import {
  invalidModel,
  readBoolean,
  readFinite,
  readInteger,
  readJson,
  readList,
  readObject,
  readOneOf,
  readRecord,
  readText,
  requireDistinct,
} from "./fields.ts";
import { readBackground } from "./read-background.ts";
import { readNetwork } from "./read-network.ts";
import { readTransforms } from "./read-transforms.ts";
import { readRecipe } from "./read-recipe.ts";
import { isTensor, type createTensorReader, type Tensor, type TensorReference, type TensorType } from "./tensors.ts";
import type {
  Combination,
  InputColumn,
  Label,
  Learner,
  LinearEncoding,
  Link,
  Member,
  Model,
  NeighboursLearner,
  Provenance,
  Trees,
} from "./types.ts";

/** What a file holds; what else a caller hangs on a model (its hash, its path) is not written. */
export const modelKeys = [
  "task",
  "target",
  "labels",
  "inputs",
  "transforms",
  "members",
  "combination",
  "labelWeights",
  "name",
  "metrics",
  "provenance",
] as const satisfies (keyof Model)[];

const keysOfVersion1 = modelKeys.filter(
  (key): key is Exclude<(typeof modelKeys)[number], "combination" | "labelWeights"> =>
    key !== "combination" && key !== "labelWeights",
);

/**
 * The header of a model. Keys are sorted, so that equal models have equal bytes; a number that is not finite (a metric
 * that could not be computed) becomes null, as JSON has no other word for it.
 */
export function modelToHeader(value: unknown, addTensor: (tensor: Tensor) => TensorReference): unknown {
  if (typeof value === "number") return Number.isFinite(value) ? value : null;
  if (typeof value !== "object" || value === null) return value;
  if (isTensor(value)) return addTensor(value);
  if (Array.isArray(value)) return value.map((item) => modelToHeader(item, addTensor));
  const sorted = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(sorted.map(([key, item]) => [key, modelToHeader(item, addTensor)]));
}

type Tensors = ReturnType<typeof createTensorReader>;

/**
 * @param version the file's format version; version 1 knew only votes, and the most probable label as the answer; only
 * version 3 holds a background
 * @throws SLW_MODEL_INVALID naming the field, what was expected and what is there
 */
export function headerToModel(header: unknown, tensors: Tensors, version: number): Model {
  const { background, ...rest } = readRecord(header, "header");
  // Before version 3 it is a key that is not known.
  const known = version === 3 ? rest : header;
  const fields =
    version === 1
      ? { ...readObject(known, "header", keysOfVersion1), combination: { kind: "vote" }, labelWeights: null }
      : readObject(known, "header", modelKeys);
  const task = readOneOf(fields.task, "task", ["classification", "regression"]);
  const labels = readList(fields.labels, "labels", readLabel);
  requireDistinct(labels, "labels");
  const fewest = task === "classification" ? 2 : 0;
  if (labels.length < fewest) throw invalidModel("labels", "at least 2 for classification", labels.length);
  if (task === "regression" && labels.length > 0) throw invalidModel("labels", "none for regression", labels.length);
  const inputs = readList(fields.inputs, "inputs", readInput);
  requireDistinct(
    inputs.map((input) => input.name),
    "inputs",
  );
  const transforms = readTransforms(fields.transforms, inputs, (value, dtype, path) =>
    readTensor(value, dtype, path, tensors),
  );
  const members = readList(fields.members, "members", (member, path) => readMember(member, path, tensors));
  const combination = readCombination(fields.combination, "combination");
  checkCombination(combination, members, labels.length);
  members.forEach((member, i) => checkLearner(member.learner, `members[${i}].learner`, { task, labels, transforms }));
  return {
    task,
    target: readText(fields.target, "target"),
    labels,
    inputs,
    transforms,
    members,
    combination,
    ...(version === 3 ? { background: readBackground(background, inputs) } : {}),
    labelWeights: fields.labelWeights === null ? null : readLabelWeights(fields.labelWeights, labels.length),
    name: readText(fields.name, "name"),
    metrics: readMetrics(fields.metrics),
    provenance: readProvenance(fields.provenance),
  };
}

function readLabel(value: unknown, path: string): Label {
  return typeof value === "number" ? readFinite(value, path) : readText(value, path);
}

function readInput(value: unknown, path: string): InputColumn {
  const fields = readObject(value, path, ["name", "type", "integer", "nullable", "range", "example"]);
  return {
    name: readText(fields.name, `${path}.name`),
    type: readOneOf(fields.type, `${path}.type`, ["numeric", "string", "datetime"]),
    integer: readBoolean(fields.integer, `${path}.integer`),
    nullable: readBoolean(fields.nullable, `${path}.nullable`),
    range: fields.range === null ? null : readRange(fields.range, `${path}.range`),
    example: fields.example === null ? null : readLabel(fields.example, `${path}.example`),
  };
}

function readRange(value: unknown, path: string): [number, number] {
  const range = readList(value, path, readFinite);
  const [low, high] = range;
  if (range.length !== 2 || low === undefined || high === undefined || low > high) {
    throw invalidModel(path, "[smallest, largest]", String(range));
  }
  return [low, high];
}

function readCombination(value: unknown, path: string): Combination {
  const kind = readOneOf(readRecord(value, path).kind, `${path}.kind`, ["vote", "stack"]);
  if (kind === "vote") {
    readObject(value, path, ["kind"]);
    return { kind };
  }
  const { intercepts } = readObject(value, path, ["kind", "intercepts"]);
  return { kind, intercepts: readList(intercepts, `${path}.intercepts`, readFinite) };
}

function checkCombination(combination: Combination, members: readonly Member[], classes: number): void {
  if (combination.kind === "stack") {
    const expected = classes > 2 ? classes : 1;
    const { length } = combination.intercepts;
    if (members.length === 0) throw invalidModel("members", "at least one", "none");
    if (length !== expected) throw invalidModel("combination.intercepts", `${expected} for ${classes} labels`, length);
    return;
  }
  members.forEach(({ weight }, i) => {
    if (weight < 0) throw invalidModel(`members[${i}].weight`, "0 or more in a vote", weight);
  });
  const total = members.reduce((sum, member) => sum + member.weight, 0);
  if (Math.abs(total - 1) > 1e-6) throw invalidModel("members", "weights that sum to 1", total);
}

function readLabelWeights(value: unknown, classes: number): number[] {
  const path = "labelWeights";
  const weights = readList(value, path, readFinite);
  if (classes === 0) throw invalidModel(path, "null for regression", "a list");
  if (weights.length !== classes) throw invalidModel(path, `${classes} for ${classes} labels`, weights.length);
  weights.forEach((weight, i) => {
    if (weight <= 0) throw invalidModel(`${path}[${i}]`, "more than 0", weight);
  });
  return weights;
}

function readMember(value: unknown, path: string, tensors: Tensors): Member {
  const fields = readObject(value, path, ["name", "weight", "learner"]);
  return {
    name: readText(fields.name, `${path}.name`),
    weight: readFinite(fields.weight, `${path}.weight`),
    learner: readLearner(fields.learner, `${path}.learner`, tensors),
  };
}

const links = ["identity", "sigmoid", "softmax", "exp"] as const satisfies Link[];

function readLearner(value: unknown, path: string, tensors: Tensors): Learner {
  const kind = readOneOf(readRecord(value, path).kind, `${path}.kind`, ["trees", "linear", "neighbours", "network"]);
  if (kind === "trees") {
    const fields = readObject(value, path, ["kind", "outputs", "leafWidth", "base", "scale", "link", "trees"]);
    return {
      kind,
      outputs: readInteger(fields.outputs, `${path}.outputs`, 1),
      leafWidth: readInteger(fields.leafWidth, `${path}.leafWidth`, 1),
      base: readTensor(fields.base, "float64", `${path}.base`, tensors),
      scale: readFinite(fields.scale, `${path}.scale`),
      link: readOneOf(fields.link, `${path}.link`, links),
      trees: readTrees(fields.trees, `${path}.trees`, tensors),
    };
  }
  if (kind === "neighbours") return readNeighbours(value, path, tensors);
  if (kind === "network") {
    return readNetwork(value, path, links, (tensor, dtype, at) => readTensor(tensor, dtype, at, tensors));
  }
  const fields = readObject(value, path, ["kind", "outputs", "link", "width", "encodings", "weights", "intercepts"]);
  return {
    kind,
    outputs: readInteger(fields.outputs, `${path}.outputs`, 1),
    link: readOneOf(fields.link, `${path}.link`, links),
    width: readInteger(fields.width, `${path}.width`, 0),
    encodings: readList(fields.encodings, `${path}.encodings`, readEncoding),
    weights: readTensor(fields.weights, "float64", `${path}.weights`, tensors),
    intercepts: readTensor(fields.intercepts, "float64", `${path}.intercepts`, tensors),
  };
}

const neighboursKeys = [
  "kind",
  "outputs",
  "link",
  "k",
  "weighting",
  "columns",
  "codeCount",
  "encodings",
  "numbers",
  "codes",
  "targets",
  "rowWeights",
  "drawnFrom",
] as const satisfies (keyof NeighboursLearner)[];

function readNeighbours(value: unknown, path: string, tensors: Tensors): NeighboursLearner {
  const fields = readObject(value, path, neighboursKeys);
  return {
    kind: "neighbours",
    outputs: readInteger(fields.outputs, `${path}.outputs`, 1),
    link: readOneOf(fields.link, `${path}.link`, ["identity"]),
    k: readInteger(fields.k, `${path}.k`, 1),
    weighting: readOneOf(fields.weighting, `${path}.weighting`, ["uniform", "distance"]),
    columns: readInteger(fields.columns, `${path}.columns`, 0),
    codeCount: readInteger(fields.codeCount, `${path}.codeCount`, 0),
    encodings: readList(fields.encodings, `${path}.encodings`, readEncoding),
    numbers: readTensor(fields.numbers, "float32", `${path}.numbers`, tensors),
    codes: readTensor(fields.codes, "uint32", `${path}.codes`, tensors),
    targets: readTensor(fields.targets, "float64", `${path}.targets`, tensors),
    rowWeights: readTensor(fields.rowWeights, "float64", `${path}.rowWeights`, tensors),
    drawnFrom: readInteger(fields.drawnFrom, `${path}.drawnFrom`, 1),
  };
}

const treeTensors = {
  roots: "int32",
  feature: "int32",
  left: "int32",
  threshold: "float64",
  flags: "uint8",
  cover: "float32",
  bitsets: "uint32",
  leafValues: "float64",
} as const satisfies Record<keyof Trees, TensorType>;

function readTrees(value: unknown, path: string, tensors: Tensors): Trees {
  const names = Object.keys(treeTensors) as (keyof Trees)[];
  const fields = readObject(value, path, names);
  return Object.fromEntries(
    names.map((name) => [name, readTensor(fields[name], treeTensors[name], `${path}.${name}`, tensors)]),
  ) as unknown as Trees;
}

function readTensor<T extends TensorType>(value: unknown, dtype: T, path: string, tensors: Tensors): Tensor<T> {
  const fields = readObject(value, path, ["dtype", "length", "offset"]);
  const reference = {
    dtype: readText(fields.dtype, `${path}.dtype`) as TensorType,
    length: readInteger(fields.length, `${path}.length`, 0),
    offset: readInteger(fields.offset, `${path}.offset`, 0),
  };
  return tensors.read(reference, dtype, path);
}

function readEncoding(value: unknown, path: string): LinearEncoding {
  const kind = readOneOf(readRecord(value, path).kind, `${path}.kind`, ["scaled", "oneHot", "binned"]);
  if (kind === "binned") {
    const fields = readObject(value, path, ["kind", "feature", "position", "cuts"]);
    return {
      kind,
      feature: readInteger(fields.feature, `${path}.feature`, 0),
      position: readInteger(fields.position, `${path}.position`, 0),
      cuts: readList(fields.cuts, `${path}.cuts`, readFinite),
    };
  }
  if (kind === "oneHot") {
    const fields = readObject(value, path, ["kind", "feature", "position", "cardinality"]);
    return {
      kind,
      feature: readInteger(fields.feature, `${path}.feature`, 0),
      position: readInteger(fields.position, `${path}.position`, 0),
      cardinality: readInteger(fields.cardinality, `${path}.cardinality`, 0),
    };
  }
  const keys = ["kind", "feature", "position", "mean", "scale", "fill", "missing", "range"] as const;
  const fields = readObject(value, path, keys);
  return {
    kind,
    feature: readInteger(fields.feature, `${path}.feature`, 0),
    position: readInteger(fields.position, `${path}.position`, 0),
    mean: readFinite(fields.mean, `${path}.mean`),
    scale: readFinite(fields.scale, `${path}.scale`),
    fill: readFinite(fields.fill, `${path}.fill`),
    missing: readInteger(fields.missing, `${path}.missing`, -1),
    range: readRange(fields.range, `${path}.range`),
  };
}

function readMetrics(value: unknown): Record<string, number> {
  const entries = Object.entries(readRecord(value, "metrics"));
  return Object.fromEntries(
    entries.map(([name, metric]) => [name, metric === null ? NaN : readFinite(metric, `metrics.${name}`)]),
  );
}

function readProvenance(value: unknown): Provenance {
  const path = "provenance";
  const keys = ["slipway", "primaryMetric", "seed", "validation", "rows", "featurization", "trials"] as const;
  const { recipe, ...rest } = readRecord(value, path);
  const fields = readObject(rest, path, keys);
  return {
    slipway: readText(fields.slipway, `${path}.slipway`),
    primaryMetric: readText(fields.primaryMetric, `${path}.primaryMetric`),
    seed: readFinite(fields.seed, `${path}.seed`),
    validation: readText(fields.validation, `${path}.validation`),
    rows: readInteger(fields.rows, `${path}.rows`, 0),
    featurization: readList(fields.featurization, `${path}.featurization`, readText),
    trials: readList(fields.trials, `${path}.trials`, readTrial),
    ...(recipe === undefined ? {} : { recipe: readRecipe(recipe, `${path}.recipe`) }),
  };
}

function readTrial(value: unknown, path: string): Provenance["trials"][number] {
  const fields = readObject(value, path, ["number", "name", "params"]);
  return {
    number: readInteger(fields.number, `${path}.number`, 0),
    name: readText(fields.name, `${path}.name`),
    params: readJson(readRecord(fields.params, `${path}.params`), `${path}.params`) as Record<string, unknown>,
  };
}
