/** How the contenders want a request and give an answer. */
import type { Bank, RequestRow } from "./bank.ts";

export interface Wire {
  /** The body of a request, on one line. */
  body(rows: readonly RequestRow[], columns: Bank["columns"]): string;
  /** The labels that an answer holds; undefined where it has none. */
  labels(answer: string): readonly string[] | undefined;
}

/** Azure ML's, also FastAPI's and BentoML's here: an object a row. */
export const azureWire: Wire = {
  body: (data) => JSON.stringify({ data }),
  labels: (answer) => (JSON.parse(answer) as { result?: string[] }).result,
};

/** MLflow's /invocations in its shortest form. */
export const mlflowWire: Wire = {
  body: (rows, columns) => {
    const names = columns.map(({ name }) => name);
    const data = rows.map((row) => names.map((name) => row[name]));
    return JSON.stringify({ dataframe_split: { columns: names, data } });
  },
  labels: (answer) => (JSON.parse(answer) as { predictions?: string[] }).predictions,
};

/** The Open Inference Protocol: a tensor a column, which MLServer makes a data frame of. */
export const inferenceWire: Wire = {
  body: (rows, columns) => {
    const inputs = columns.map(({ name, type }) => ({
      name,
      shape: [rows.length, 1],
      ...(type === "numeric" ? { datatype: "FP64" } : { datatype: "BYTES", parameters: { content_type: "str" } }),
      data: rows.map((row) => row[name]),
    }));
    return JSON.stringify({ parameters: { content_type: "pd" }, inputs });
  },
  labels: (answer) => (JSON.parse(answer) as { outputs?: { data: string[] }[] }).outputs?.[0]?.data,
};
