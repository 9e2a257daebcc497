/** The background of a model file's header: what stands for columns that an explanation takes for unknown. */
import { invalidModel, readFinite, readList, readText } from "./fields.ts";
import type { BackgroundColumn, InputColumn } from "./types.ts";

const mostValues = 256;

/** @throws SLW_MODEL_INVALID */
export function readBackground(value: unknown, inputs: readonly InputColumn[]): BackgroundColumn[] {
  const path = "background";
  const columns = readList(value, path, (column, at) => readList(column, at, (item) => item));
  if (columns.length !== inputs.length) throw invalidModel(path, `one list an input, ${inputs.length}`, columns.length);
  const length = columns[0]?.length ?? 1;
  return columns.map((column, i) => {
    const at = `${path}[${i}]`;
    if (column.length !== length || length < 1 || length > mostValues) {
      throw invalidModel(at, `lists of one length, 1 to ${mostValues}`, column.length);
    }
    const read = inputs[i]?.type === "string" ? readText : readFinite;
    return column.map((item, j) => (item === null ? null : read(item, `${at}[${j}]`)));
  });
}
