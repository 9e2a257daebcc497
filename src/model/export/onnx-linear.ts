/** Linear learners as ONNX operators: linear.ts with all rows and all features of a kind at once. */
import type { LinearEncoding, LinearLearner } from "../types.ts";
import type { GraphBuilder } from "./onnx-graph.ts";

type Scaled = Extract<LinearEncoding, { kind: "scaled" }>;
type OneHot = Extract<LinearEncoding, { kind: "oneHot" }>;
type Binned = Extract<LinearEncoding, { kind: "binned" }>;

/** Raw outputs, before the link: double [N, outputs]. `features` is double [N, features]. */
export function addLinear(graph: GraphBuilder, learner: LinearLearner, features: string): string {
  const { encodings, intercepts, outputs } = learner;
  const scaled = encodings.filter((encoding) => encoding.kind === "scaled");
  const parts = [
    ...(scaled.length > 0 ? addScaled(graph, learner, scaled, features) : []),
    ...encodings
      .filter((encoding) => encoding.kind === "oneHot")
      .map((encoding) => addOneHot(graph, learner, encoding, features)),
    ...encodings
      .filter((encoding) => encoding.kind === "binned")
      .map((encoding) => addBinned(graph, learner, encoding, features)),
  ];
  // A sum over no features at all still needs a row for each row.
  if (parts.length === 0) parts.push(addZeros(graph, learner, features));
  return parts.reduce((sum, part) => graph.add("Add", [sum, part]), graph.doubles(intercepts, [1, outputs]));
}

/** Each of the features as numbers, and the marks of those that are missing, times their weights. */
function addScaled(
  graph: GraphBuilder,
  learner: LinearLearner,
  encodings: readonly Scaled[],
  features: string,
): string[] {
  const row = (of: (encoding: Scaled) => number): string => graph.doubles(encodings.map(of), [1, encodings.length]);
  const values = graph.add("Gather", [features, graph.integers(encodings.map(({ feature }) => feature))], { axis: 1 });
  const missing = graph.add("IsNaN", [values]);
  const low = row(({ range }) => range[0]);
  const high = row(({ range }) => range[1]);
  const cut = graph.add("Where", [
    graph.add("Less", [values, low]),
    low,
    graph.add("Where", [graph.add("Greater", [values, high]), high, values]),
  ]);
  const kept = graph.add("Where", [missing, row(({ fill }) => fill), cut]);
  const centred = graph.add("Sub", [kept, row(({ mean }) => mean)]);
  const parts = [
    graph.add("MatMul", [
      graph.add("Div", [centred, row(({ scale }) => scale)]),
      addWeights(
        graph,
        learner,
        encodings.map(({ position }) => position),
      ),
    ]),
  ];
  if (encodings.some((encoding) => encoding.missing >= 0)) {
    const marks = graph.add("Cast", [missing], { to: 11 });
    parts.push(
      graph.add("MatMul", [
        marks,
        addWeights(
          graph,
          learner,
          encodings.map((encoding) => encoding.missing),
        ),
      ]),
    );
  }
  return parts;
}

/** The weights of the category, looked up; those after the last one are for missing and unknown. */
function addOneHot(graph: GraphBuilder, learner: LinearLearner, encoding: OneHot, features: string): string {
  const { cardinality, feature, position } = encoding;
  const values = graph.add("Gather", [features, graph.integers([feature])], { axis: 1 });
  // Categories are 0 or more, and a comparison with NaN is false.
  const known = graph.add("Less", [values, graph.doubles([cardinality])]);
  const category = graph.add("Where", [known, values, graph.doubles([cardinality])]);
  const index = graph.add("Squeeze", [graph.add("Cast", [category], { to: 7 }), graph.integers([1])]);
  const positions = Array.from({ length: cardinality + 1 }, (_, i) => position + i);
  return graph.add("Gather", [addWeights(graph, learner, positions), index], { axis: 0 });
}

/** The weights of the bin, looked up: its number is that of the cuts below the value; the last is for missing values. */
function addBinned(graph: GraphBuilder, learner: LinearLearner, encoding: Binned, features: string): string {
  const { cuts, feature, position } = encoding;
  const values = graph.add("Gather", [features, graph.integers([feature])], { axis: 1 });
  const above = graph.add("Cast", [graph.add("Greater", [values, graph.doubles(cuts, [1, cuts.length])])], { to: 7 });
  const bin = graph.add("ReduceSum", [above, graph.integers([1])], { keepdims: 0 });
  const missing = graph.add("Squeeze", [graph.add("IsNaN", [values]), graph.integers([1])]);
  const index = graph.add("Where", [missing, graph.integers([cuts.length + 1]), bin]);
  const positions = Array.from({ length: cuts.length + 2 }, (_, i) => position + i);
  return graph.add("Gather", [addWeights(graph, learner, positions), index], { axis: 0 });
}

/** [positions, outputs]: ours are [outputs, width]. A position below 0 has no weight. */
function addWeights(
  graph: GraphBuilder,
  { outputs, weights, width }: LinearLearner,
  positions: readonly number[],
): string {
  const values = positions.flatMap((position) =>
    Array.from({ length: outputs }, (_, output) => (position < 0 ? 0 : weights[output * width + position])),
  );
  return graph.doubles(values, [positions.length, outputs]);
}

function addZeros(graph: GraphBuilder, { outputs }: LinearLearner, features: string): string {
  const first = graph.add("Gather", [features, graph.integers([0])], { axis: 1 });
  const marks = graph.add("Cast", [graph.add("IsNaN", [first])], { to: 11 });
  return graph.add("MatMul", [marks, graph.doubles(new Float64Array(outputs), [1, outputs])]);
}
