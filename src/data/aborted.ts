import { SlipwayError } from "../base/index.ts";

export function aborted(file: string, signal: AbortSignal | undefined): SlipwayError {
  return new SlipwayError("SLW_DATA_ABORTED", `Cancelled: ${file}.`, { details: { file }, cause: signal?.reason });
}
