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

  // The store
  SLW_STORE_NEWER: {
    status: 500,
    title: "A newer release of Slipway has changed this database.",
    fix: "Start the newer release, or restore a backup that was made before it.",
  },

  SLW_STORE_PLATFORM: {
    status: 500,
    title: "The embedded PostgreSQL does not run on this platform.",
    fix: "Set DATABASE_URL to a PostgreSQL 14 or newer of your own.",
  },
  SLW_STORE_FOLDER: {
    status: 500,
    title: "A folder that the database needs cannot be used.",
    fix: "Give Slipway a data folder that it may write to.",
  },
  SLW_STORE_START: {
    status: 500,
    title: "The embedded PostgreSQL does not start.",
    fix: "Read the log that the message names; check that the disk has room and that memory is left.",
  },
  SLW_STORE_OWNED: {
    status: 409,
    title: "Another server uses this data folder.",
    fix: "Stop that server (slipway down), or give this one a data folder of its own with --data.",
  },
  SLW_STORE_UNREACHABLE: {
    status: 503,
    title: "The database cannot be reached.",
    fix: "Check DATABASE_URL, and that the database runs and takes connections from this machine.",
  },
  SLW_STORE_VERSION: {
    status: 500,
    title: "The database is too old.",
    fix: "Use PostgreSQL 14 or newer.",
  },
  SLW_STORE_ENCODING: {
    status: 500,
    title: "The database does not hold text as UTF-8.",
    fix: "Make it anew: CREATE DATABASE slipway ENCODING 'UTF8' TEMPLATE template0;",
  },
  SLW_STORE_BACKUP: {
    status: 400,
    title: "This is no whole backup of a database.",
    fix: "Copy the backup again, or use another one.",
  },
  SLW_STORE_RESTORE: {
    status: 409,
    title: "The backup cannot be restored into this database.",
    fix: "Restore into a new data folder or an empty database, with the release of Slipway that made the backup.",
  },

  // Artifacts
  SLW_ARTIFACT_LOCATION: {
    status: 400,
    title: "Artifacts cannot be kept there.",
    fix: "Name a folder, or s3://bucket/prefix with a bucket that exists.",
  },
  SLW_ARTIFACT_ID: {
    status: 400,
    title: "The text is no sha256.",
    fix: "Give the sha256 as 64 lower-case hexadecimal digits.",
  },
  SLW_ARTIFACT_NOT_FOUND: {
    status: 404,
    title: "No artifact has this sha256.",
    fix: "Check the sha256; artifacts that nothing refers to are removed after a while.",
  },
  SLW_ARTIFACT_RANGE: {
    status: 416,
    title: "The artifact does not have these bytes.",
    fix: "Ask for bytes within the size of the artifact.",
  },
  SLW_ARTIFACT_MISMATCH: {
    status: 400,
    title: "The bytes that came are not those that were announced.",
    fix: "Send the file again, with its own size and sha256.",
  },
  SLW_ARTIFACT_TOO_LARGE: {
    status: 413,
    title: "The upload has more bytes than are taken.",
    fix: "Send a smaller file, or several.",
  },
  SLW_ARTIFACT_ABORTED: {
    status: 499,
    title: "The upload ended before its last byte; nothing of it was kept.",
    fix: "Send the file again.",
  },
  SLW_ARTIFACT_NO_SPACE: {
    status: 507,
    title: "The disk of the artifacts is full.",
    fix: "Free space there, then send the file again; nothing has to be restarted.",
  },
  SLW_ARTIFACT_CORRUPT: {
    status: 500,
    title: "An artifact is damaged: its bytes do not match its sha256.",
    fix: "Check the disk, then put the same file again, or restore a backup.",
  },
  SLW_ARTIFACT_UNAVAILABLE: {
    status: 503,
    title: "The artifact store fails.",
    fix: "See the reason in the message: slipway doctor checks the disk or server of the artifacts.",
  },

  // URLs that a user gives
  SLW_OUTBOUND_URL: {
    status: 400,
    title: "The URL cannot be fetched.",
    fix: "Give an https:// URL without user name and password; http needs its origin in the allow-list.",
  },
  SLW_OUTBOUND_ADDRESS: {
    status: 403,
    title: "The URL leads to an address that is not public.",
    fix: "Give a URL on the public internet, or have an administrator add its origin to the allow-list.",
  },
  SLW_OUTBOUND_RESOLVE: {
    status: 502,
    title: "The name in the URL has no address.",
    fix: "Check the spelling of the host name and that this server can resolve it.",
  },
  SLW_OUTBOUND_REDIRECT: {
    status: 502,
    title: "The URL redirects too often, or nowhere.",
    fix: "Give the URL that the redirects end at.",
  },
  SLW_OUTBOUND_TOO_LARGE: {
    status: 502,
    title: "The answer has more bytes than are taken.",
    fix: "Give the URL of a smaller file.",
  },
  SLW_OUTBOUND_TIMEOUT: {
    status: 504,
    title: "The server at the URL did not answer in time.",
    fix: "Try again later, or check that the server at the URL works.",
  },
  SLW_OUTBOUND_FAILED: {
    status: 502,
    title: "The server at the URL cannot be reached, or broke off.",
    fix: "Check that the server at the URL works and that its certificate is valid.",
  },

  // Secrets at rest
  SLW_SECRET_KEY: {
    status: 500,
    title: "The key for secrets cannot be used.",
    fix: "Set SLIPWAY_SECRET_KEY to 64 hexadecimal digits, or leave it out and see that secret.key in the data folder is the server's alone.",
  },
  SLW_SECRET_UNREADABLE: {
    status: 500,
    title: "A stored secret cannot be decrypted.",
    fix: "Start the server with the key that it was stored with (SLIPWAY_SECRET_KEY or secret.key), or enter the credentials again.",
  },

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
    title: "You have no such token.",
    fix: "See your tokens: slipway tokens list",
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

  // Experiments and runs
  SLW_TRACKING_EXPERIMENT: {
    status: 404,
    title: "There is no such experiment in this workspace.",
    fix: "See the experiments of the workspace: slipway runs list shows them beside their runs.",
  },
  SLW_TRACKING_EXPERIMENT_EXISTS: {
    status: 409,
    title: "The workspace has an experiment of this name already.",
    fix: "Use the one that is there, restore it where it is deleted, or choose another name.",
  },
  SLW_TRACKING_EXPERIMENT_DELETED: {
    status: 409,
    title: "The experiment is deleted.",
    fix: "Restore the experiment first, or use another one.",
  },
  SLW_TRACKING_RUN: {
    status: 404,
    title: "There is no such run in this workspace.",
    fix: "See the runs of the workspace: slipway runs list",
  },
  SLW_TRACKING_RUN_DELETED: {
    status: 409,
    title: "The run is deleted.",
    fix: "Restore it first: slipway runs restore ID",
  },
  SLW_TRACKING_PARAM: {
    status: 409,
    title: "A parameter of a run does not change once it is logged.",
    fix: "Log the other value under another name, or in a run of its own.",
  },
  SLW_TRACKING_TAG: {
    status: 404,
    title: "There is no tag of this name.",
    fix: "Read the tags of the run or experiment; names are compared with their case.",
  },
  SLW_TRACKING_INPUT: {
    status: 400,
    title: "What is to be logged has a value that cannot be stored.",
    fix: "Correct the field that the message names.",
  },
  SLW_TRACKING_FILTER: {
    status: 400,
    title: "The filter or the order of a search cannot be understood.",
    fix: "Write it as MLflow does: metrics.AUC > 0.9 AND params.model = 'LightGBM'; order by metrics.AUC DESC.",
  },
  SLW_TRACKING_ARTIFACT: {
    status: 404,
    title: "The run has no artifact at this path.",
    fix: "List the artifacts of the run, and give a path from that list.",
  },
  SLW_TRACKING_LOGGED_MODEL: {
    status: 404,
    title: "There is no such logged model in this workspace.",
    fix: "Search the logged models of the experiment with MLflow's client, and use an id from there.",
  },
  SLW_TRACKING_UPLOAD: {
    status: 404,
    title: "There is no such upload in parts, or not with these parts.",
    fix: "Begin the upload of the file again.",
  },
  SLW_TRACKING_ARTIFACT_PATH: {
    status: 400,
    title: "The path of an artifact cannot be used.",
    fix: "Give a path of names and single slashes, such as plots/roc.png.",
  },

  // MLflow's REST API
  SLW_MLFLOW_INPUT: {
    status: 400,
    title: "A request of an MLflow client has a parameter that cannot be used.",
    fix: "Correct the parameter that the message names.",
  },
  SLW_MLFLOW_WEBHOOKS: {
    status: 501,
    title: "MLflow's webhooks are not implemented.",
    fix: "Create a webhook of Slipway instead: its CloudEvents tell of the same changes.",
  },
  SLW_MLFLOW_ENDPOINT: {
    status: 404,
    title: "MLflow's REST API has no such endpoint here.",
    fix: "Tracking, logged models, the model registry and artifacts are served; tracing, prompts and the gateway are not.",
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
  SLW_CLI_DOWN: {
    status: 500,
    title: "The server does not end.",
    fix: "Look at what it is doing in its log; kill -9 of the process that the message names loses nothing acknowledged.",
  },
  SLW_CLI_LOGIN: {
    status: 400,
    title: "The command needs a server and a token.",
    fix: "Start a server with slipway up, or log in to one: slipway login URL",
  },
  SLW_CLI_SERVER: {
    status: 400,
    title: "The server does not answer as a Slipway server does.",
    fix: "Start it with slipway up, or name the right one: slipway login URL",
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
  SLW_AUTOML_RESUME: {
    status: 409,
    title: "The run cannot go on from these records.",
    fix: "Give the records that this very run wrote, on the same data, options and Slipway version; or start it anew without any.",
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

  // The registry
  SLW_REGISTRY_MODEL: {
    status: 404,
    title: "There is no such registered model.",
    fix: "slipway models list shows the models of the workspace.",
  },
  SLW_REGISTRY_VERSION: {
    status: 404,
    title: "There is no such version of the model.",
    fix: "slipway models versions NAME shows the versions.",
  },
  SLW_REGISTRY_FILE: {
    status: 404,
    title: "The version has no such file.",
    fix: "List the files of the version, and give a path from that list.",
  },
  SLW_REGISTRY_EXISTS: {
    status: 409,
    title: "A registered model has this name already.",
    fix: "Choose another name, or register a new version of that model.",
  },
  SLW_REGISTRY_NAME: {
    status: 400,
    title: "A model cannot have this name.",
    fix: "Give 1 to 256 characters without slashes, colons and control characters.",
  },
  SLW_REGISTRY_ALIAS: {
    status: 400,
    title: "A version cannot have this alias.",
    fix: 'Give 1 to 255 letters, digits, underscores and dashes; not "latest", not "best", and not v with a number.',
  },
  SLW_REGISTRY_ALIAS_UNKNOWN: {
    status: 404,
    title: "The model has no such alias.",
    fix: "slipway models show NAME shows the aliases.",
  },
  SLW_REGISTRY_STAGE: {
    status: 400,
    title: "The stage cannot be changed in this way.",
    fix: "Existing versions are archived only when one enters Staging or Production.",
  },
  SLW_REGISTRY_RESTRICTED: {
    status: 409,
    title: "The model version is restricted: nothing new may deploy it.",
    fix: "Deploy another version, or take the restriction back with slipway models restrict NAME@VERSION --lift.",
  },
  SLW_REGISTRY_NOT_READY: {
    status: 409,
    title: "The model version is not complete.",
    fix: "Finish its registration, or use a version that is READY.",
  },
  SLW_REGISTRY_IN_USE: {
    status: 409,
    title: "The model version is in use.",
    fix: "Remove what uses it first; slipway models show NAME@VERSION names it.",
  },
  SLW_REGISTRY_FILES: {
    status: 400,
    title: "The files are no model that can be registered.",
    fix: "Give one .slipway file, one .onnx file, or a folder with an MLmodel file.",
  },
  SLW_REGISTRY_ONNX: {
    status: 400,
    title: "The file is no valid ONNX model.",
    fix: "Export the model again; a model needs an IR version, an operator set, and a graph with inputs and outputs.",
  },
  SLW_REGISTRY_MLMODEL: {
    status: 400,
    title: "The MLmodel file cannot be read.",
    fix: "Save the model again with MLflow; the file is YAML with at least one flavor.",
  },

  // Webhooks
  SLW_WEBHOOK_UNKNOWN: {
    status: 404,
    title: "There is no such webhook.",
    fix: "List the webhooks of the workspace.",
  },
  SLW_WEBHOOK_EXISTS: {
    status: 409,
    title: "A webhook has this name already.",
    fix: "Choose another name, or change that webhook.",
  },
  SLW_WEBHOOK_SECRET: {
    status: 400,
    title: "The secret of a webhook has another form.",
    fix: "Give whsec_ and the base64 of 24 to 64 random bytes, or no secret, to have one made.",
  },
  SLW_WEBHOOK_TYPE: {
    status: 400,
    title: "This is no type of event.",
    fix: 'Give types as the event feed shows them, "model.version.created", or all that begin alike: "model.*".',
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
