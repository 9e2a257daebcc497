import type { ErrorKind } from "./error-kind.ts";

/** Datasets, datastores, files. */
export const dataErrors = {
  // Datasets
  SLW_DATASET_UNKNOWN: {
    status: 404,
    title: "There is no such dataset.",
    fix: "List the datasets of the workspace: slipway data list",
  },
  SLW_DATASET_VERSION: {
    status: 404,
    title: "The dataset has no such version.",
    fix: "List its versions: slipway data show NAME",
  },
  SLW_DATASET_EXISTS: {
    status: 409,
    title: "There is a dataset of this name already.",
    fix: "Give it another name, or add a version to the one that is there.",
  },
  SLW_DATASET_ARCHIVED: {
    status: 409,
    title: "The dataset is archived.",
    fix: "Take it back first (slipway data unarchive NAME), or use another name.",
  },
  SLW_DATASET_STEP: {
    status: 400,
    title: "A step cannot be done on this table.",
    fix: "Look at the columns and types with slipway data show, and correct the step that the message names.",
  },
  SLW_DATASET_TIMESTAMP: {
    status: 422,
    title: "A timestamp column does not hold dates.",
    fix: "Name a column of type datetime; slipway data profile shows the types.",
  },
  SLW_DATASET_PARTITIONS: {
    status: 422,
    title: "A dataset would be parted into too many.",
    fix: "Partition by columns with few values; part numbers and dates into ranges with data derive --where instead.",
  },
  SLW_DATASET_CONDITION: {
    status: 400,
    title: "A condition compares a column with a value of another type.",
    fix: "Compare numbers with numbers, dates with ISO 8601 and texts with texts.",
  },
  SLW_UPLOAD_UNKNOWN: {
    status: 404,
    title: "There is no such upload.",
    fix: "Upload the file first; an upload that became no version is removed after a day.",
  },
  SLW_UPLOAD_STATE: {
    status: 409,
    title: "The upload is not complete.",
    fix: "Wait until its state is stored, or upload the file again.",
  },
  SLW_UPLOAD_EXISTS: {
    status: 409,
    title: "An upload has this id already.",
    fix: "Choose another id for each file.",
  },
  SLW_UPLOAD_STALLED: {
    status: 408,
    title: "The upload stopped sending.",
    fix: "Upload the file again.",
  },
  SLW_UPLOAD_DIGEST: {
    status: 400,
    title: "The Content-Digest header cannot be used.",
    fix: "Send Content-Digest: sha-256=:BASE64: (RFC 9530), or leave it out.",
  },

  // Datastores
  SLW_DATASTORE_UNKNOWN: {
    status: 404,
    title: "There is no such datastore.",
    fix: "List the datastores of the workspace: slipway datastores list",
  },
  SLW_DATASTORE_EXISTS: {
    status: 409,
    title: "There is a datastore of this name already.",
    fix: "Give it another name, or remove the one that is there.",
  },
  SLW_DATASTORE_REFUSED: {
    status: 403,
    title: "The server does not allow this place.",
    fix: "Ask whoever runs the server to allow it: SLIPWAY_DATASTORE_FOLDERS for folders, SLIPWAY_OUTBOUND_ALLOW for addresses that are not public.",
  },
  SLW_DATASTORE_PATH: {
    status: 400,
    title: "The path cannot be used in a datastore.",
    fix: "Give a relative path with single slashes, without . and .. in it.",
  },
  SLW_DATASTORE_NO_FILE: {
    status: 404,
    title: "The datastore has no such file.",
    fix: "List what is there: slipway datastores paths NAME",
  },
  SLW_DATASTORE_UNREACHABLE: {
    status: 424,
    title: "The datastore does not answer as it should.",
    fix: "Check its settings and credentials: slipway datastores test NAME",
  },
  SLW_DATASTORE_QUERY: {
    status: 400,
    title: "The query cannot be run.",
    fix: "Give one SELECT statement that the datastore's user may run.",
  },
  SLW_DATASTORE_UNSUPPORTED: {
    status: 400,
    title: "This kind of datastore cannot do that.",
    fix: "Use paths with disk, s3 and https, and queries with postgres.",
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
