/**
 * Every error a user can meet: a stable code, what it means, and the way out.
 * A code is never renamed or reused; docs/reference/errors.md is generated from this table.
 */
export interface ErrorKind {
  /** HTTP status when the error crosses the API or a scoring endpoint. */
  readonly status: number;
  /** What happened, without the particulars. */
  readonly title: string;
  /** What the user can do about it. */
  readonly fix: string;
}

export const errorTable = {
  SLW_INTERNAL: {
    status: 500,
    title: "Something failed inside Slipway.",
    fix: "Run the command again with SLIPWAY_DEBUG=1 and report what it prints.",
  },
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
