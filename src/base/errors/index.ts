import type { ErrorKind } from "./error-kind.ts";
import { apiErrors } from "./api.ts";
import { commandLineErrors } from "./command-line.ts";
import { commandStepErrors } from "./command-steps.ts";
import { dataErrors } from "./data.ts";
import { dataStepErrors } from "./data-steps.ts";
import { endpointErrors } from "./endpoints.ts";
import { engineErrors } from "./engine.ts";
import { generalErrors } from "./general.ts";
import { modelErrors } from "./model.ts";
import { modelStepErrors } from "./model-steps.ts";
import { pipelineErrors } from "./pipelines.ts";
import { registryErrors } from "./registry.ts";
import { scoringErrors } from "./scoring.ts";
import { storeErrors } from "./store.ts";
import { trackingErrors } from "./tracking.ts";

/**
 * Every error a user can meet: a stable code, what it means, and the way out. One file for each area.
 * A code is never renamed or reused; docs/reference/errors.md is generated from this table.
 */
export const errorTable = {
  ...generalErrors,
  ...storeErrors,
  ...apiErrors,
  ...trackingErrors,
  ...registryErrors,
  ...commandLineErrors,
  ...engineErrors,
  ...modelErrors,
  ...scoringErrors,
  ...endpointErrors,
  ...dataErrors,
  ...pipelineErrors,
  ...dataStepErrors,
  ...modelStepErrors,
  ...commandStepErrors,
} as const satisfies Record<string, ErrorKind>;

export type ErrorCode = keyof typeof errorTable;

/** An error of the table, with its particulars in words and as data. */
export class SlipwayError extends Error {
  readonly code: ErrorCode;
  /** The way out: the particular one where it was given, otherwise the table's. */
  readonly fix: string;
  /** The particulars as data: `{ line: 7, column: "age", expected: "a number", got: "x" }`. */
  readonly details: Readonly<Record<string, unknown>>;

  constructor(
    code: ErrorCode,
    message: string,
    options: { fix?: string; details?: Record<string, unknown>; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "SlipwayError";
    this.code = code;
    this.fix = options.fix ?? errorTable[code].fix;
    this.details = options.details ?? {};
  }

  get status(): number {
    return errorTable[this.code].status;
  }
}
