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

  // The command line
  SLW_CLI_COMMAND: {
    status: 400,
    title: "There is no such command.",
    fix: "See all commands: slipway --help",
  },
  SLW_CLI_OPTION: {
    status: 400,
    title: "The command does not have this option, or not in this form.",
    fix: "See the command's options: slipway COMMAND --help",
  },
  SLW_CLI_OPERAND: {
    status: 400,
    title: "A file or argument is missing, or there is one too many.",
    fix: "See how the command is called: slipway COMMAND --help",
  },
  SLW_CLI_VALUE: {
    status: 400,
    title: "The value of an option cannot be used.",
    fix: "See the values that the option takes: slipway COMMAND --help",
  },
  SLW_CLI_COLUMN: {
    status: 400,
    title: "The file has no such column.",
    fix: "See the columns of a file: slipway profile FILE",
  },
  SLW_CLI_OUTPUT: {
    status: 400,
    title: "The output file cannot be written there.",
    fix: "Name a file in a folder that exists and that you may write to.",
  },
  SLW_CLI_NODE_VERSION: {
    status: 400,
    title: "This Node is too old.",
    fix: "Install Node 24 from https://nodejs.org and repeat.",
  },

  // Learners
  SLW_LEARNER_WIDTH: {
    status: 400,
    title: "The table is too wide for this learner.",
    fix: "Block this learner for the run, or leave columns out.",
  },
  SLW_LEARNER_PARAM: {
    status: 400,
    title: "A hyperparameter is out of its range.",
    fix: "Give a value in the range that the message names, or leave it to the search.",
  },

  // Metrics
  SLW_METRIC_UNKNOWN: {
    status: 400,
    title: "There is no metric of that name.",
    fix: "Use one of the metrics that docs/reference lists for the task.",
  },
  SLW_METRIC_INPUT: {
    status: 400,
    title: "The rows do not fit the metric.",
    fix: "Give as many predictions as rows, probabilities from 0 to 1, and class numbers below the number of classes.",
  },

  // Training
  SLW_AUTOML_TARGET: {
    status: 400,
    title: "The target column does not fit.",
    fix: "Choose a column with at least two different values that stands in the table.",
  },
  SLW_AUTOML_NO_FEATURES: {
    status: 400,
    title: "No column is left to learn from.",
    fix: "Add columns that say something about the target; constants, identifiers and free text are left out.",
  },
  SLW_AUTOML_METRIC: {
    status: 400,
    title: "The metric does not fit the task.",
    fix: "Choose a metric of the task.",
  },
  SLW_AUTOML_MODELS: {
    status: 400,
    title: "The list of learners does not fit.",
    fix: "Choose from the learners of this release.",
  },
  SLW_AUTOML_VALIDATION: {
    status: 400,
    title: "The validation does not fit.",
    fix: "Use auto, holdout:0.1 or cv:5.",
  },
  SLW_AUTOML_OPTION: {
    status: 400,
    title: "An option is out of range.",
    fix: "Choose a value in the range.",
  },
  SLW_AUTOML_FEATURIZATION: {
    status: 400,
    title: "The featurization does not fit the table.",
    fix: "Name columns of the table other than the target, and use the purposes, strategies and transformers that the message lists.",
  },
  SLW_AUTOML_WEIGHTS: {
    status: 400,
    title: "The weight column does not fit.",
    fix: "Give a column of finite numbers of at least 0 without gaps, not all of them 0.",
  },
  SLW_AUTOML_ROWS: {
    status: 400,
    title: "The validation or test rows do not fit the table.",
    fix: "Give rows with the table's columns, their types, and targets that the table knows.",
  },
  SLW_AUTOML_VERIFY: {
    status: 422,
    title: "The model cannot be made again.",
    fix: "Use the data, the options and the Slipway version that the model file names.",
  },
  SLW_AUTOML_NO_MODEL: {
    status: 422,
    title: "The run ended without a model.",
    fix: "Give it more time with --time-limit, or fewer rows.",
  },
  SLW_MEMORY_FULL: {
    status: 507,
    title: "The data does not fit the engine's memory.",
    fix: "Train on fewer rows or columns.",
  },

  // Explanations
  SLW_EXPLAIN_NO_ROWS: {
    status: 400,
    title: "There is no row to explain.",
    fix: "Give a table with at least one row.",
  },
  SLW_EXPLAIN_COLUMN: {
    status: 400,
    title: "The column cannot be explained.",
    fix: "Choose one of the model's input columns that has values in the table.",
  },
  SLW_EXPLAIN_UNSUPPORTED: {
    status: 400,
    title: "The model has a member whose contributions cannot be computed exactly.",
    fix: "Use permutation importance instead: slipway evaluate MODEL DATA --importance shows which columns matter.",
  },
  SLW_EXPLAIN_POINTS: {
    status: 400,
    title: "The number of points is out of range.",
    fix: "Choose from 2 to 1000 points.",
  },

  // The model file
  SLW_MODEL_UNREADABLE: {
    status: 404,
    title: "The model file cannot be read.",
    fix: "Check the path and that you may read it.",
  },
  SLW_MODEL_UNWRITABLE: {
    status: 500,
    title: "The model file cannot be written.",
    fix: "Check that the folder exists, that you may write to it and that the disk has room.",
  },
  SLW_MODEL_FORMAT: {
    status: 400,
    title: "The file is not a Slipway model.",
    fix: "Give a .slipway file, as `slipway automl` writes it.",
  },
  SLW_MODEL_VERSION: {
    status: 400,
    title: "The model file was written in a newer format than this Slipway reads.",
    fix: "Install a newer Slipway, or train the model again with this one.",
  },
  SLW_MODEL_CUT: {
    status: 400,
    title: "The model file is incomplete.",
    fix: "Copy the file again, or train the model again.",
  },
  SLW_MODEL_ALTERED: {
    status: 400,
    title: "The model file does not match its checksum.",
    fix: "Copy the file again (in binary mode), or train the model again.",
  },
  SLW_MODEL_INVALID: {
    status: 400,
    title: "The model does not make sense.",
    fix: "Use the file as Slipway wrote it; if it is, report this with the message.",
  },

  // Exporting a model
  SLW_EXPORT_UNSUPPORTED: {
    status: 422,
    title: "A part of the model has no equal in the format.",
    fix: "Score the .slipway file itself, with slipway predict or slipway serve.",
  },
  SLW_EXPORT_TEXT: {
    status: 422,
    title: "A name, label or category cannot be written as UTF-8.",
    fix: "Correct the text in the training data, and train the model again.",
  },

  // Rows to score
  SLW_SCORE_DATA: {
    status: 400,
    title: "The rows to score do not have the expected form.",
    fix: 'Send {"data": [{"column": value, …}, …]}: one object for each row, or one list for each row in schema order.',
  },
  SLW_SCORE_COLUMN_MISSING: {
    status: 400,
    title: "A column that the model needs is not there.",
    fix: "Send a value for every column; swagger.json lists them.",
  },
  SLW_SCORE_COLUMN_TYPE: {
    status: 400,
    title: "A column has another type than the model needs.",
    fix: "Read the rows with the types of the model's inputs.",
  },
  SLW_SCORE_VALUE: {
    status: 400,
    title: "A value cannot be used for its column.",
    fix: "Send numbers as JSON numbers, text as JSON strings and dates as ISO 8601 text.",
  },
  SLW_SCORE_METHOD: {
    status: 400,
    title: "The method does not exist for this model.",
    fix: 'Use "predict", or "predict_proba" for a classification model.',
  },

  // A scoring endpoint
  SLW_HTTP_UNAUTHORIZED: {
    status: 401,
    title: "The request carries no valid key.",
    fix: "Send the header `Authorization: Bearer <key>` with the endpoint's key.",
  },
  SLW_HTTP_NOT_FOUND: {
    status: 404,
    title: "There is nothing at this address.",
    fix: "The endpoint answers at /, /score, /swagger.json, /health/live and /health/ready.",
  },
  SLW_HTTP_METHOD: {
    status: 405,
    title: "This address does not take this method.",
    fix: "Use one of the methods in the Allow header.",
  },
  SLW_HTTP_MEDIA_TYPE: {
    status: 415,
    title: "The body is not declared as JSON.",
    fix: "Send the header `Content-Type: application/json`.",
  },
  SLW_HTTP_ENCODING: {
    status: 415,
    title: "The body is compressed or otherwise encoded.",
    fix: "Send the body as it is, without Content-Encoding.",
  },
  SLW_HTTP_BODY_TOO_LARGE: {
    status: 413,
    title: "The body is larger than this endpoint takes.",
    fix: "Send fewer rows in a request.",
  },
  SLW_HTTP_ROWS: {
    status: 413,
    title: "The request has more rows than this endpoint takes.",
    fix: "Send fewer rows in a request.",
  },
  SLW_HTTP_BODY_EMPTY: {
    status: 400,
    title: "The body is empty.",
    fix: 'Send {"data": [{"column": value, …}, …]}.',
  },
  SLW_HTTP_JSON: {
    status: 400,
    title: "The body is not valid JSON.",
    fix: "Check the body with a JSON parser; NaN, Infinity, comments and trailing commas are not JSON.",
  },
  SLW_HTTP_UTF8: {
    status: 400,
    title: "The body is not valid UTF-8.",
    fix: "Write the body in UTF-8.",
  },
  SLW_HTTP_HOST: {
    status: 421,
    title: "The request was meant for another host.",
    fix: "Call the endpoint by the address that it listens on.",
  },
  SLW_HTTP_REQUEST: {
    status: 400,
    title: "The request is not valid HTTP.",
    fix: "Use an HTTP client; send at most 16 KiB of headers.",
  },
  SLW_HTTP_HEADERS_TOO_LARGE: {
    status: 431,
    title: "The headers are too large.",
    fix: "Send at most 16 KiB of headers.",
  },
  SLW_HTTP_TIMEOUT: {
    status: 408,
    title: "The request did not arrive in time.",
    fix: "Send the whole request within the time limit.",
  },
  SLW_HTTP_EXPECTATION: {
    status: 417,
    title: "The header Expect asks for something that this endpoint does not do.",
    fix: "Leave the header Expect out.",
  },
  SLW_SERVE_LISTEN: {
    status: 500,
    title: "The endpoint cannot listen at this address.",
    fix: "Choose another port with --port, or another address with --host.",
  },
  SLW_SERVE_KEY: {
    status: 400,
    title: "The key cannot protect the endpoint.",
    fix: "Give a key of printable ASCII characters without blanks, or none to have one made.",
  },

  // Reading and writing files of data
  SLW_DATA_NOT_FOUND: {
    status: 404,
    title: "There is no such file.",
    fix: "Check the path; a relative one starts at the folder the command runs in.",
  },
  SLW_DATA_NOT_A_FILE: {
    status: 400,
    title: "The path is no regular file.",
    fix: "Give the path of one CSV or Parquet file, not a folder, pipe or device.",
  },
  SLW_DATA_UNREADABLE: {
    status: 400,
    title: "The file cannot be read.",
    fix: "Check that you may read it and that its disk is in order.",
  },
  SLW_DATA_EMPTY: {
    status: 400,
    title: "The file is empty.",
    fix: "Give a file with a header line and at least one row.",
  },
  SLW_DATA_NO_ROWS: {
    status: 400,
    title: "The file has no row of data.",
    fix: "Give a file with at least one row. If the only line is a row and not a header, say that there is no header.",
  },
  SLW_DATA_FORMAT: {
    status: 415,
    title: "The content is neither CSV nor Parquet.",
    fix: "Export the table as CSV (comma, semicolon, tab or bar between values) or as Parquet.",
  },
  SLW_DATA_NUL_BYTE: {
    status: 400,
    title: "The text holds a NUL byte.",
    fix: "The file is damaged or binary: export it again as UTF-8 text.",
  },
  SLW_DATA_ENCODING: {
    status: 400,
    title: "The text is in no encoding that is read.",
    fix: "Save the file as UTF-8.",
  },
  SLW_DATA_RAGGED_ROW: {
    status: 400,
    title: "A row has another number of values than the header has columns.",
    fix: "Correct the line: a value that holds the delimiter or a line break must stand in double quotes.",
  },
  SLW_DATA_QUOTE: {
    status: 400,
    title: "A quote is broken.",
    fix: 'Put the whole value in quotes and double the quotes inside it: "5"" pipe" (RFC 4180).',
  },
  SLW_DATA_RECORD_TOO_LONG: {
    status: 400,
    title: "One row is longer than can be right.",
    fix: "Look for a quote that is opened and never closed near the line named.",
  },
  SLW_DATA_HEADER_DUPLICATE: {
    status: 400,
    title: "Two columns have one name.",
    fix: "Rename one of them in the header.",
  },
  SLW_DATA_HEADER_EMPTY: {
    status: 400,
    title: "A column has no name.",
    fix: "Name every column in the header, or remove the column (an index that was exported, a delimiter too many).",
  },
  SLW_DATA_COLUMN_MISSING: {
    status: 400,
    title: "The table lacks a column that was asked for.",
    fix: "Check the spelling; upper and lower case count.",
  },
  SLW_DATA_VALUE_TYPE: {
    status: 400,
    title: "A value is not of the type its column must have.",
    fix: "Correct the value, or leave it empty where the column may be null.",
  },
  SLW_DATA_NESTED_TYPE: {
    status: 400,
    title: "A Parquet column is nested or of a type that no table column can hold.",
    fix: "Leave the column out, or store its parts as columns of their own.",
  },
  SLW_DATA_PARQUET: {
    status: 400,
    title: "The Parquet file cannot be read.",
    fix: "The file is cut, damaged or uses a feature that is not supported: write it again.",
  },
  SLW_DATA_READER_DIED: {
    status: 500,
    title: "The process that reads the file ended before it was done.",
    fix: "Try again; if it happens again, the file may be too large for this machine's memory.",
  },
  SLW_DATA_TOO_LARGE: {
    status: 413,
    title: "The table does not fit into memory.",
    fix: "Use a machine with more memory, or fewer rows or columns.",
  },
  SLW_DATA_CHANGED: {
    status: 409,
    title: "The file changed while it was read.",
    fix: "Wait until it is written completely, then try again.",
  },
  SLW_DATA_ABORTED: {
    status: 499,
    title: "Reading or writing was cancelled.",
    fix: "Start it again if that was not intended.",
  },
  SLW_DATA_OPTION: {
    status: 400,
    title: "An option for reading files has a value it cannot have.",
    fix: "See the documentation of the option.",
  },
  SLW_DATA_UNWRITABLE: {
    status: 500,
    title: "The file cannot be written.",
    fix: "Check that the folder exists, that you may write to it and that the disk has room.",
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
