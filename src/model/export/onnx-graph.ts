/** A graph under construction: operators are added in the order in which they run, and name their own outputs. */
import type { Attribute, Node, Tensor } from "./onnx-proto.ts";

export interface GraphBuilder {
  readonly nodes: readonly Node[];
  readonly constants: readonly (Tensor & { readonly name: string })[];
  /** The name of the operator's output. What is computed already is not computed again. */
  add(operator: string, inputs: readonly string[], attributes?: Readonly<Record<string, Attribute>>): string;
  /** Makes `name`, an output of the graph, equal to `from`. */
  output(name: string, from: string): void;
  /** The name of a constant of 64-bit numbers, row-major; without dims a scalar. */
  doubles(values: ArrayLike<number>, dims?: readonly number[]): string;
  /** The name of a constant list of whole numbers. */
  integers(values: readonly number[]): string;
  texts(values: readonly string[]): string;
}

const machineLearning = new Set(["LabelEncoder", "TreeEnsemble"]);

/** @param taken names of the graph's inputs and outputs, which nothing inside may have */
export function createGraphBuilder(taken: readonly string[]): GraphBuilder {
  const nodes: Node[] = [];
  const constants: (Tensor & { readonly name: string })[] = [];
  const names = new Set(taken);
  const known = new Map<string, string>();

  function freshName(kind: string): string {
    let number = nodes.length + constants.length;
    while (names.has(`${kind}_${number}`)) number++;
    names.add(`${kind}_${number}`);
    return `${kind}_${number}`;
  }

  function constant(tensor: Tensor): string {
    const key = tensor.values.length > 1 ? null : `${tensor.type} ${tensor.dims} ${tensor.values[0]}`;
    const found = key === null ? undefined : known.get(key);
    if (found !== undefined) return found;
    const name = freshName("constant");
    constants.push({ ...tensor, name });
    if (key !== null) known.set(key, name);
    return name;
  }

  return {
    nodes,
    constants,
    add(operator, inputs, attributes = {}) {
      const key = Object.keys(attributes).length > 0 ? null : JSON.stringify([operator, inputs]);
      const found = key === null ? undefined : known.get(key);
      if (found !== undefined) return found;
      const output = freshName(operator);
      nodes.push({ domain: machineLearning.has(operator) ? "ai.onnx.ml" : "", operator, inputs, output, attributes });
      if (key !== null) known.set(key, output);
      return output;
    },
    output: (name, from) =>
      void nodes.push({ domain: "", operator: "Identity", inputs: [from], output: name, attributes: {} }),
    doubles: (values, dims = []) => constant({ type: "double", dims, values }),
    integers: (values) => constant({ type: "int64", dims: [values.length], values }),
    texts: (values) => constant({ type: "string", dims: [values.length], values }),
  };
}
