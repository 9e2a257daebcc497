import type { ErrorKind } from "./error-kind.ts";

/** Steps that run a program, here and on remote workers. */
export const commandStepErrors = {
  SLW_STEP_COMMAND: {
    status: 422,
    title: "The step's program did not end well.",
    fix: "See what it printed: slipway runs logs RUN",
  },
  SLW_STEP_TIMEOUT: {
    status: 422,
    title: "The step's program did not end in time.",
    fix: "Give the step a greater `timeout` (seconds), or less to do.",
  },
  SLW_STEP_MEMORY: {
    status: 422,
    title: "The step's program needed more memory than it may use.",
    fix: "Give the step more with `resources: { memory: … }`, or less to do.",
  },
  SLW_STEP_CODE: {
    status: 422,
    title: "The step's code or inputs cannot be used.",
    fix: "Submit the pipeline again from the folder that holds its code.",
  },
  SLW_STEP_OUTPUT: {
    status: 422,
    title: "An output of the step is missing, or cannot be kept.",
    fix: "Have the program write each declared output to its place: plain files, and folders of them.",
  },
  SLW_STEP_ENVIRONMENT: {
    status: 422,
    title: "The step's environment cannot be made on this machine.",
    fix: "Install what the message names on the worker's machine, or change the environment.",
  },
  SLW_STEP_FOLDER: {
    status: 500,
    title: "Steps cannot run in their folder on this machine.",
    fix: "Make the folder that the message names writable for the worker, and for nobody else.",
  },
  SLW_STEP_LOCAL: {
    status: 422,
    title: "The step runs on the local target only.",
    fix: "Leave `compute` and labels of remote workers out of the step.",
  },
} as const satisfies Record<string, ErrorKind>;
