import type { ErrorKind } from "./error-kind.ts";

/** Steps of pipelines that check and transform data. */
export const dataStepErrors = {
  SLW_STEP_CHECK: {
    status: 422,
    title: "A check of a data_check step is not what it has to be.",
    fix: "Correct the value that the message names; docs/data-checks.md describes each check.",
  },
  SLW_STEP_CHECKS_FAILED: {
    status: 422,
    title: "The data does not pass its checks.",
    fix: "See the artifact checks.json of the step's run: it lists every kind of row that failed, with examples.",
  },
  SLW_STEP_QUERY: {
    status: 422,
    title: "The query of a step cannot be run.",
    fix: "Correct the query at the place that the message names.",
  },
  SLW_STEP_QUERY_REFUSED: {
    status: 422,
    title: "The query of a step asks for more than its tables.",
    fix: "Write one SELECT over the tables that the step names: nothing else is readable, and nothing is written but its answer.",
  },
  SLW_STEP_QUERY_RESULT: {
    status: 422,
    title: "The answer of the query cannot become a version of a dataset.",
    fix: "Change what the SELECT answers as the message says.",
  },
  SLW_STEP_TIMEOUT: {
    status: 422,
    title: "The step took longer than it may.",
    fix: "Give the step a larger `timeout`, or less to do.",
  },
} as const satisfies Record<string, ErrorKind>;
