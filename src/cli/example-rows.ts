import type { InputColumn, Model } from "../model/index.ts";

type Value = string | number | null;

/** Two rows that the model takes: its typical row, and one of other values that training has seen. */
export function exampleRows(model: Model): [Record<string, Value>, Record<string, Value>] {
  const typical = Object.fromEntries(model.inputs.map((column) => [column.name, column.example]));
  const other = Object.fromEntries(model.inputs.map((column) => [column.name, otherValue(model, column)]));
  return [typical, other];
}

function otherValue(model: Model, { name, type, range, example }: InputColumn): Value {
  if (type === "numeric") return range?.[1] ?? example;
  if (type === "datetime") return example;
  for (const transform of model.transforms)
    if (transform.op === "Category" && transform.column === name)
      return transform.categories.find((category) => category !== example) ?? example;
  return example;
}
