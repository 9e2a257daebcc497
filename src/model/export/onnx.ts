/** A model as an ONNX file (onnx.ai): the whole of it, from the columns of a row to label and probabilities. */
import type { Link, LinearLearner, Model, TreesLearner } from "../types.ts";
import { lowestProbability } from "../combine.ts";
import { checkExportable, exportableLearner } from "./check-exportable.ts";
import { addFeatures, inputValue } from "./onnx-features.ts";
import { createGraphBuilder, type GraphBuilder } from "./onnx-graph.ts";
import { addLinear } from "./onnx-linear.ts";
import { encodeOnnx, type Value } from "./onnx-proto.ts";
import { addTrees } from "./onnx-trees.ts";

/**
 * Needs a runtime with ai.onnx 21 and ai.onnx.ml 5 (TreeEnsemble); checked with onnxruntime 1.31.
 *
 * Inputs, one a column and called like it: double [N, 1] for numbers (a null is NaN) and for dates (milliseconds since
 * 1970-01-01T00:00:00Z), string [N, 1] for text (a null is any text that is no category, such as the empty one).
 * Outputs, for classification: `label` [N], string or int64 (double where a label is not a whole number), and
 * `probabilities`, double [N, labels], in the order of the model's labels; for regression: `variable`, double [N, 1].
 * Where a column has the name of an output, "predicted_" is put before that of the output.
 * @throws SLW_EXPORT_UNSUPPORTED, SLW_EXPORT_TEXT
 */
export function exportOnnx(model: Model): Uint8Array {
  checkExportable(model);
  const inputs = model.inputs.map(inputValue);
  const outputs = outputValues(model);
  const graph = createGraphBuilder([...inputs, ...outputs].map(({ name }) => name));
  const answers = addCombination(graph, model, addFeatures(graph, model));
  const [answer, probabilities] = outputs as [Value, Value | undefined];
  if (probabilities === undefined) graph.output(answer.name, answers);
  else {
    graph.output(answer.name, addLabel(graph, model, answers));
    graph.output(probabilities.name, answers);
  }
  const { nodes, constants } = graph;
  const description = `${model.name}: predicts ${model.target} (${model.task}).`;
  return encodeOnnx({ name: "slipway", description, inputs, outputs, constants, nodes }, model.provenance.slipway);
}

function outputValues({ task, labels, labelWeights, inputs, target }: Model): Value[] {
  const names = new Set(inputs.map(({ name }) => name));
  const free = (name: string): string => (names.has(name) ? free(`predicted_${name}`) : name);
  const value = (name: string, type: Value["type"], dims: Value["dims"], description: string): Value => ({
    name: free(name),
    type,
    dims,
    description,
  });
  const labelDescription = labelWeights === null ? `The most probable ${target}.` : `The ${target} that is chosen.`;
  if (task === "regression") return [value("variable", "double", ["N", 1], `The value of ${target}.`)];
  return [
    value("label", labelType(labels), ["N"], labelDescription),
    value("probabilities", "double", ["N", labels.length], `The probabilities of ${labels.join(", ")}.`),
  ];
}

function labelType(labels: Model["labels"]): "string" | "int64" | "double" {
  if (labels.some((label) => typeof label === "string")) return "string";
  return labels.every((label) => Number.isSafeInteger(label)) ? "int64" : "double";
}

/** The members' outputs as one answer (combine.ts): double [N, labels], or [N, 1] for regression. */
function addCombination(graph: GraphBuilder, { members, combination, task, labels }: Model, features: string): string {
  const isStack = combination.kind === "stack";
  const weighted = members.map(({ name, learner, weight }) => {
    const outputs = addLearner(graph, exportableLearner(learner, name), features);
    const summand = isStack && task === "classification" ? addLogarithm(graph, outputs, labels.length) : outputs;
    return weight === 1 ? summand : graph.add("Mul", [summand, graph.doubles([weight])]);
  });
  const sum = weighted.reduce((total, part) => graph.add("Add", [total, part]));
  if (!isStack) return sum;
  const { intercepts } = combination;
  const raw = graph.add("Add", [sum, graph.doubles(intercepts, [1, intercepts.length])]);
  return addLink(graph, task === "regression" ? "identity" : labels.length === 2 ? "sigmoid" : "softmax", raw);
}

/** What a stack adds up of probabilities: the log-odds of the second of two classes, otherwise all logarithms. */
function addLogarithm(graph: GraphBuilder, outputs: string, classes: number): string {
  const probabilities = classes === 2 ? graph.add("Gather", [outputs, graph.integers([1])], { axis: 1 }) : outputs;
  const bounds = [graph.doubles([lowestProbability]), graph.doubles([1 - lowestProbability])];
  const kept = graph.add("Clip", [probabilities, ...bounds]);
  if (classes > 2) return graph.add("Log", [kept]);
  return graph.add("Log", [graph.add("Div", [kept, graph.add("Sub", [graph.doubles([1]), kept])])]);
}

function addLearner(graph: GraphBuilder, learner: TreesLearner | LinearLearner, features: string): string {
  const raw = learner.kind === "trees" ? addTrees(graph, learner, features) : addLinear(graph, learner, features);
  return addLink(graph, learner.link, raw);
}

function addLink(graph: GraphBuilder, link: Link, raw: string): string {
  switch (link) {
    case "identity":
      return raw;
    case "exp":
      return graph.add("Exp", [raw]);
    case "sigmoid":
      return graph.add("Concat", [addSigmoid(graph, graph.add("Neg", [raw])), addSigmoid(graph, raw)], { axis: 1 });
    case "softmax":
      return graph.add("Softmax", [raw], { axis: 1 });
  }
}

/** 1 / (1 + exp(-x)), as predict.ts has it: neither class loses digits near 0. */
function addSigmoid(graph: GraphBuilder, raw: string): string {
  const one = graph.doubles([1]);
  return graph.add("Div", [one, graph.add("Add", [one, graph.add("Exp", [graph.add("Neg", [raw])])])]);
}

/** Of equals the first, as in predict.ts. */
function addLabel(graph: GraphBuilder, { labels, labelWeights }: Model, probabilities: string): string {
  const values =
    labelWeights === null
      ? probabilities
      : graph.add("Mul", [probabilities, graph.doubles(labelWeights, [1, labels.length])]);
  const best = graph.add("ArgMax", [values], { axis: 1, keepdims: 0 });
  const type = labelType(labels);
  const list =
    type === "string"
      ? graph.texts(labels.map(String))
      : type === "int64"
        ? graph.integers(labels.map(Number))
        : graph.doubles(labels.map(Number), [labels.length]);
  return graph.add("Gather", [list, best], { axis: 0 });
}
