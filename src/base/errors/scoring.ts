import type { ErrorKind } from "./error-kind.ts";

/** Rows to score, and the endpoint that takes them. */
export const scoringErrors = {
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

  SLW_SCORE_COLUMN_UNKNOWN: {
    status: 400,
    title: "The model does not know a column.",
    fix: "Leave the column out; swagger.json lists those that the model knows.",
  },
  SLW_SCORE_CATEGORY: {
    status: 400,
    title: "Training did not see a category.",
    fix: "Send one of the categories in swagger.json, or set the endpoint's unknownCategories to ignore.",
  },
  SLW_SCORE_MODEL: {
    status: 404,
    title: "The endpoint does not serve this model.",
    fix: "Ask for a model that the message names.",
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
    fix: "The page /docs of an endpoint, and /api/docs of the server, list every address.",
  },
  SLW_HTTP_METHOD: {
    status: 405,
    title: "This address does not take this method.",
    fix: "Use one of the methods in the Allow header.",
  },
  SLW_HTTP_MEDIA_TYPE: {
    status: 415,
    title: "The body is not declared as a form that this address takes.",
    fix: "Send the header `Content-Type: application/json`; /score of an endpoint takes text/csv and application/x-ndjson too.",
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
  SLW_HTTP_ORIGIN: {
    status: 403,
    title: "A page of another site sent this request.",
    fix: "Open Slipway's own address in the browser, or send the request from a program with a token.",
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
} as const satisfies Record<string, ErrorKind>;
