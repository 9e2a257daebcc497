import { SlipwayError, type ErrorCode } from "../base/index.ts";

/** An error as plain data, for the way out of a worker or a child process. */
export interface PackedError {
  readonly code: ErrorCode | null;
  readonly message: string;
  readonly fix?: string;
  readonly details?: Readonly<Record<string, unknown>>;
  readonly stack?: string;
}

export function packError(error: unknown): PackedError {
  if (error instanceof SlipwayError) {
    return { code: error.code, message: error.message, fix: error.fix, details: error.details };
  }
  if (error instanceof RangeError && /allocation|array buffer|array length/i.test(error.message)) {
    return { code: "SLW_DATA_TOO_LARGE", message: `The table does not fit into memory: ${error.message}.` };
  }
  return error instanceof Error
    ? { code: null, message: error.message, stack: error.stack }
    : { code: null, message: String(error) };
}

/** `file` is named when the error is none of ours. */
export function unpackError(packed: PackedError, file: string): SlipwayError {
  const { code, message, fix, details } = packed;
  if (code === null) {
    return new SlipwayError("SLW_DATA_UNREADABLE", `${file} cannot be read: ${message}`, {
      details: { file, stack: packed.stack },
    });
  }
  return new SlipwayError(code, message, { fix, details: { file, ...details } });
}
