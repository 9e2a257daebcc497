import type { ErrorKind } from "./error-kind.ts";

/** The API, users, environments, jobs. */
export const apiErrors = {
  // The API
  SLW_API_INPUT: {
    status: 400,
    title: "The request has a field that cannot be used.",
    fix: "Correct the field that the message names; /api/docs describes every operation.",
  },
  SLW_API_SORT: {
    status: 400,
    title: "The list cannot be sorted in this way.",
    fix: "Sort by one of the fields that the message names.",
  },
  SLW_API_CURSOR: {
    status: 400,
    title: "The cursor does not fit the list.",
    fix: "Read the list from its first page, without a cursor.",
  },
  SLW_API_FORBIDDEN: {
    status: 403,
    title: "Your role does not allow this.",
    fix: "Ask an owner of the workspace for the role that the message names.",
  },
  SLW_API_WORKSPACE: {
    status: 404,
    title: "There is no such workspace, or you have no role in it.",
    fix: "See the workspaces that you may use: slipway workspaces list",
  },

  SLW_API_SESSION_REQUEST: {
    status: 403,
    title: "The request has a session's cookie, and does not come from the studio.",
    fix: "Send a token instead: Authorization: Bearer TOKEN",
  },
  SLW_API_SIGN_IN_LIMIT: {
    status: 429,
    title: "There were too many sign-ins that failed.",
    fix: "Wait as long as Retry-After says, then sign in with a token that works.",
  },

  // Environments
  SLW_ENVIRONMENT_SPEC: {
    status: 400,
    title: "The environment cannot be made of this.",
    fix: "Correct the part that the message names: packages by name and version, an image by name and tag or digest.",
  },
  SLW_ENVIRONMENT_UNKNOWN: {
    status: 404,
    title: "There is no such environment, or no such version of it.",
    fix: "See the environments: slipway environments list",
  },

  // Users, tokens, roles, workspaces
  SLW_ACCESS_EXISTS: {
    status: 409,
    title: "The name is taken.",
    fix: "Choose another name.",
  },
  SLW_ACCESS_USER: {
    status: 404,
    title: "There is no such user.",
    fix: "See the users: slipway users list",
  },
  SLW_ACCESS_TOKEN: {
    status: 404,
    title: "The user has no such token.",
    fix: "See your tokens: slipway tokens list",
  },
  SLW_ACCESS_VIEW: {
    status: 404,
    title: "The user has no such saved view.",
    fix: "See your saved views: GET /api/v1/workspaces/{workspace}/saved-views",
  },
  SLW_ACCESS_VIEWS: {
    status: 409,
    title: "The user has as many saved views as there can be.",
    fix: "Delete one that you no longer use, or save this one under a name that is there.",
  },
  SLW_ACCESS_TOKEN_SHOWN: {
    status: 409,
    title: "This request has made a token already, which is shown once.",
    fix: "Revoke that token and create another with a new Idempotency-Key.",
  },
  SLW_ACCESS_LAST_ADMIN: {
    status: 409,
    title: "The last administrator must stay one.",
    fix: "Make another user an administrator first.",
  },

  // Jobs and workers
  SLW_JOB_NOT_FOUND: {
    status: 404,
    title: "No worker computes this run.",
    fix: "See the runs that workers compute: slipway runs list --kind automl",
  },
  SLW_BATCH_MODEL: {
    status: 400,
    title: "It is not clear which model scores the dataset.",
    fix: "Give either a model (bank@best) or an endpoint.",
  },
  SLW_BATCH_COLUMNS: {
    status: 422,
    title: "The columns of the dataset do not fit the model or the output.",
    fix: "See the columns that the model takes: slipway models show MODEL",
  },
  SLW_JOB_STATE: {
    status: 409,
    title: "The run is in a state that does not allow this.",
    fix: "See the state of the run: slipway runs show RUN",
  },
  SLW_JOB_FENCED: {
    status: 409,
    title: "The worker no longer owns the run: another attempt has taken its place.",
    fix: "Nothing is to be done: the other attempt goes on.",
  },
  SLW_WORKER_NAME: {
    status: 409,
    title: "A worker of this name is at work.",
    fix: "Give another --name; where that worker has died, its name is free half a minute later.",
  },
  SLW_WORKER_ENDED: {
    status: 409,
    title: "The worker was silent for too long, or has left.",
    fix: "Let it join again: slipway worker does so by itself.",
  },
} as const satisfies Record<string, ErrorKind>;
