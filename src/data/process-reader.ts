/** For processes that compute on tables and do nothing else: what reads and looks at them without further threads. */
import { readDateTime } from "./csv/datetime.ts";
import { readCsv } from "./csv/read-csv.ts";
import type { ReadOptions, ReadResult } from "./read-options.ts";
import { readTableBy } from "./read-table.ts";

export { decileEdges, jensenShannonDistance } from "./datasets/distances.ts";
export { parseIsoTime } from "./datasets/iso-time.ts";
export { inspect } from "./datasets/process/inspect.ts";

/** As `readTable`; a CSV is parsed in the calling thread, which spares small files the start of another. */
export function readTableHere(
  path: string,
  options: Omit<ReadOptions, "signal" | "onProgress"> = {},
): Promise<ReadResult> {
  return readTableBy(
    async (file, { signal: _signal, onProgress: _onProgress, ...plain }) => readCsv(file, plain, () => {}),
    path,
    options,
  );
}

/** By the rules that files are read by. */
export function isDate(text: string): boolean {
  return readDateTime(text.trim()) !== null;
}
