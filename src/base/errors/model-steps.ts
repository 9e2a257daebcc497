import type { ErrorKind } from "./error-kind.ts";

/** Steps of pipelines that judge, register and deploy models, and those that call others. */
export const modelStepErrors = {
  SLW_STEP_OPTION: {
    status: 422,
    title: "An option of the step is not what it takes.",
    fix: "Correct the option that the message names, or the parameter that its value comes from.",
  },
  SLW_EVALUATE_COLUMNS: {
    status: 422,
    title: "The models cannot be judged on the same rows.",
    fix: "Give data that has the columns of both models, or judge against a version that was trained on these columns.",
  },
  SLW_EVALUATE_METRIC: {
    status: 422,
    title: "The metric cannot judge the models.",
    fix: "Name one that is defined for both models on this data; evaluation.json lists them.",
  },
  SLW_EVALUATE_NOT_BETTER: {
    status: 409,
    title: "The new model is not better than what is in production.",
    fix: "Nothing has to be done: production stays as it is. With when_not_better: continue the step says so in its outputs.",
  },
  SLW_STEP_HTTP: {
    status: 502,
    title: "The call did not answer as the step expects.",
    fix: "See the answer in the run's log; statuses that are a success can be listed in `expect`.",
  },
} as const satisfies Record<string, ErrorKind>;
