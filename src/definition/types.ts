/**
 * What a pipeline is, as data: the meaning of a YAML file and of a TypeScript module alike. Names are Azure ML's where
 * it has one (PipelineParameter, allow_reuse, continue_on_step_failure). Expressions stand in texts as
 * `${{ parameters.metric }}`, `${{ steps.train.outputs.model }}`, `${{ item }}`, `${{ run.id }}`.
 */

export const parameterTypes = ["string", "number", "boolean", "enum", "list", "dataset", "data_path"] as const;
export type ParameterType = (typeof parameterTypes)[number];

/** A dataset is named as "bank" (the newest version when the run begins) or "bank@3"; a data path, "datastore:path". */
export interface Parameter {
  readonly type: ParameterType;
  readonly description?: string;
  /** Of an enum. */
  readonly values?: readonly (string | number)[];
  /** Absent: every run has to say it. */
  readonly default?: Scalar | readonly Scalar[];
}

export type Scalar = string | number | boolean;

/** JSON whose texts may hold expressions. */
export type Template = null | Scalar | readonly Template[] | { readonly [key: string]: Template };

export const stepTypes = [
  "data_check",
  "transform",
  "automl",
  "evaluate",
  "register",
  "deploy",
  "batch_score",
  "command",
  "http",
  "notify",
  "approval",
  "pipeline",
] as const;
export type StepType = (typeof stepTypes)[number];

/** What a step asks of the machine that it runs on. */
export interface Resources {
  /** Default 1. */
  readonly cores?: number;
  /** Bytes, or as text "512 MB", "2 GB". Default: what the worker has. */
  readonly memory?: number | string;
  /** The worker must have all of them. */
  readonly labels?: readonly string[];
}

/** What every step may say. */
export interface StepBase {
  readonly type: StepType;
  readonly description?: string;
  /** Names of steps that must have ended well before; those whose outputs it uses need not be named. */
  readonly needs?: readonly string[];
  /**
   * An expression: the step runs where it is true, and is skipped otherwise. Compares (==, !=, <, <=, >, >=), joins (&&,
   * ||, !), with literals, parameters, outputs and states: `steps.train.state == "FINISHED"`, `always()`, `failed()`.
   */
  readonly if?: string;
  /** One instance a member: a list, or an expression that is one. `${{ item }}` is the member. "parallel for". */
  readonly for_each?: Template;
  /** Instances of for_each that run at a time. Default: all. */
  readonly max_parallel?: number;
  /** How often it is tried again after a failure. Default 0. */
  readonly retries?: number;
  /** Seconds between two tries; twice as long after each. Default 1. */
  readonly retry_delay?: number;
  /** Seconds that a try may take. Default: an hour; AutoML: its time limit and what it may take beyond. */
  readonly timeout?: number;
  /** May what came out before, of the same code, inputs and settings, be used? Default: as its type says. */
  readonly allow_reuse?: boolean;
  /** The rest of the run goes on when this step has failed. Default false. */
  readonly continue_on_failure?: boolean;
  /** Compute target. Default: the pipeline's. */
  readonly compute?: string;
  readonly resources?: Resources;
}

/** Rows of a table: a dataset ("bank", "bank@3") or an output that is one. */
type Data = string;

export interface DataCheckStep extends StepBase {
  readonly type: "data_check";
  readonly data: Data;
  readonly checks: readonly Check[];
}

/** One rule. Those with `columns` hold for each of them. */
export type Check =
  | { readonly check: "columns"; readonly columns: Readonly<Record<string, string>>; readonly allow_others?: boolean }
  | { readonly check: "row_count"; readonly min?: Template; readonly max?: Template }
  | { readonly check: "nulls"; readonly columns: readonly string[]; readonly max_share?: Template }
  | { readonly check: "range"; readonly columns: readonly string[]; readonly min?: Template; readonly max?: Template }
  | { readonly check: "allowed_values"; readonly column: string; readonly values: readonly Template[] }
  | { readonly check: "unique"; readonly columns: readonly string[] }
  | { readonly check: "pattern"; readonly column: string; readonly pattern: string }
  | {
      readonly check: "distribution";
      readonly reference: Data;
      /** Default: all that both have. */
      readonly columns?: readonly string[];
      /** Default: that of versions' comparison, see docs. */
      readonly max_distance?: Template;
    }
  | {
      readonly check: "sql";
      readonly name: string;
      /** Answers the rows that are wrong; the table is `data`. */
      readonly query: string;
      /** So many wrong rows are let pass. Default 0. */
      readonly max_rows?: Template;
    };

export interface TransformStep extends StepBase {
  readonly type: "transform";
  /** Table name in the query -> dataset. */
  readonly inputs: Readonly<Record<string, Data>>;
  /** One SELECT, in DuckDB's SQL. */
  readonly query: string;
  /** Values for $name in the query. */
  readonly values?: Readonly<Record<string, Template>>;
  /** Dataset that gets a version. */
  readonly output: string;
  /** Default csv. */
  readonly format?: "csv" | "parquet";
}

export interface AutoMLStep extends StepBase {
  readonly type: "automl";
  readonly data: Data;
  readonly validation_data?: Data;
  readonly test_data?: Data;
  /** As createAutoMLRun takes them: target, metric, timeLimit (also as time_limit), allowed, blocked, … */
  readonly options: Readonly<Record<string, Template>>;
}

export interface EvaluateStep extends StepBase {
  readonly type: "evaluate";
  /** The new one: an output of an automl step, or "bank@7". */
  readonly model: string;
  /** Rows that both are judged on. */
  readonly data: Data;
  /** Default: that of the model. */
  readonly target?: string;
  /** What is in production: "bank@production"; where it is not there, the new one is better. */
  readonly against?: string;
  /** By Azure ML's name. Default: the metric that the model was chosen by. */
  readonly metric?: string;
  /** By how much the new one must be better, in the metric. Default 0: as good is not better. */
  readonly min_improvement?: Template;
  /** Value that the new one must reach anyway. */
  readonly threshold?: Template;
  /** What happens where it is not better. "cancel" (default): the rest of the run ends, and the run is KILLED with the reason; "continue": `outputs.better` says it; "fail". */
  readonly when_not_better?: "cancel" | "continue" | "fail";
}

export interface RegisterStep extends StepBase {
  readonly type: "register";
  /** An output that is a model: of an automl step, or a folder or file that a command wrote. */
  readonly model: string;
  /** Registered model; made where it is not there. */
  readonly name: string;
  readonly alias?: string;
  readonly description?: string;
  readonly tags?: Readonly<Record<string, Template>>;
}

export interface DeployStep extends StepBase {
  readonly type: "deploy";
  readonly endpoint: string;
  /** A registered version: "bank@best", or the output `version` of a register step. */
  readonly model: string;
  /** Percent for the new deployment once it is healthy. Default 100: the old ones are removed. */
  readonly traffic?: Template;
  /** Settings of an endpoint that is made. */
  readonly settings?: Readonly<Record<string, Template>>;
}

export interface BatchScoreStep extends StepBase {
  readonly type: "batch_score";
  readonly data: Data;
  /** Either of the two. */
  readonly model?: string;
  readonly endpoint?: string;
  /** Dataset that gets a version. */
  readonly output: string;
  readonly method?: "predict" | "predict_proba";
  readonly keep_inputs?: boolean;
  readonly format?: "csv" | "parquet";
}

export interface CommandStep extends StepBase {
  readonly type: "command";
  /** Program and arguments; no shell reads them. `${{ inputs.x }}` and `${{ outputs.y }}` are paths in the step's folder. */
  readonly command: readonly string[];
  /** Files that the command runs in: a folder beside the pipeline's file. What is stored are its files by content. */
  readonly code?: string;
  /** Registered environment "sklearn@2", or one of its own. Default: the machine's programs. */
  readonly environment?: string | InlineEnvironment;
  /** Datasets are files, models and folders are folders, values are texts. */
  readonly inputs?: Readonly<Record<string, Template>>;
  readonly outputs?: Readonly<Record<string, CommandOutput>>;
  /** Environment variables. */
  readonly env?: Readonly<Record<string, string>>;
}

export interface InlineEnvironment {
  /** requirements.txt in `code`, or its lines. */
  readonly python?: { readonly requirements: string | readonly string[] };
}

export interface CommandOutput {
  /**
   * `file` and `folder` become artifacts of the step's run; `dataset` gets a version from the CSV or Parquet file that
   * the command wrote; `model` is a folder or file that can be registered; `value` is the text or JSON in the file.
   */
  readonly type: "file" | "folder" | "dataset" | "model" | "value";
  /** Of a dataset: its name. */
  readonly name?: string;
  /** Where the command writes it, in its working folder. Default: the path that `${{ outputs.NAME }}` stands for. */
  readonly path?: string;
}

export interface HttpStep extends StepBase {
  readonly type: "http";
  readonly url: string;
  /** Default POST where there is a body, otherwise GET. */
  readonly method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly headers?: Readonly<Record<string, string>>;
  /** JSON; a text is sent as it stands. */
  readonly body?: Template;
  /** Statuses that are a success. Default: 200 to 299. */
  readonly expect?: readonly number[];
}

export interface NotifyStep extends StepBase {
  readonly type: "notify";
  /** A webhook's URL, which gets a CloudEvent; or the name of a registered webhook. */
  readonly to: string;
  readonly message: string;
}

export interface ApprovalStep extends StepBase {
  readonly type: "approval";
  /** What is to be decided. */
  readonly message: string;
  /** Users who may decide. Default: contributors and owners other than nobody. */
  readonly approvers?: readonly string[];
}

export interface PipelineStep extends StepBase {
  readonly type: "pipeline";
  /** A published pipeline: "retrain" (its default version) or "retrain@3". */
  readonly pipeline: string;
  readonly parameters?: Readonly<Record<string, Template>>;
}

export type Step =
  | DataCheckStep
  | TransformStep
  | AutoMLStep
  | EvaluateStep
  | RegisterStep
  | DeployStep
  | BatchScoreStep
  | CommandStep
  | HttpStep
  | NotifyStep
  | ApprovalStep
  | PipelineStep;

export interface PipelineDefinition {
  /** 1 to 100 letters, digits, "-", "_" and "."; begins with a letter or digit. */
  readonly name: string;
  readonly description?: string;
  readonly parameters?: Readonly<Record<string, Parameter>>;
  /** Compute target of steps that name none. Default "local". */
  readonly compute?: string;
  /** Experiment of its runs, made where it is not there. Default: the name. */
  readonly experiment?: string;
  /** Seconds that a run may take. Default 7 days. */
  readonly timeout?: number;
  /** Steps that do not need a failed one go on. Default false. */
  readonly continue_on_step_failure?: boolean;
  /** Outputs of the run: name -> expression. A step of type "pipeline" has them as its outputs. */
  readonly outputs?: Readonly<Record<string, Template>>;
  readonly steps: Readonly<Record<string, Step>>;
}

/** A definition as it is stored: what was a path on somebody's machine is files by content. */
export interface StoredDefinition extends PipelineDefinition {
  /** By step name, for command steps with code. */
  readonly code?: Readonly<Record<string, CodeSnapshot>>;
  readonly source?: PipelineSource;
}

export interface CodeSnapshot {
  /** In the order of their paths. */
  readonly files: readonly CodeFile[];
}

export interface CodeFile {
  /** With slashes, relative, no "..". */
  readonly path: string;
  /** In the artifact store. */
  readonly sha256: string;
  readonly size: number;
  readonly executable: boolean;
}

export interface PipelineSource {
  /** As it was written, where it was a text. */
  readonly text?: string;
  /** Of the file. */
  readonly path?: string;
  readonly git?: { readonly repository: string; readonly commit: string; readonly dirty: boolean };
}

/** What a step has, gets or gives. */
export type StepValue =
  | { readonly type: "value"; readonly value: null | Scalar | readonly Scalar[] }
  | { readonly type: "dataset"; readonly dataset: string; readonly version: number }
  /** An artifact of a run that is a model: a `.slipway` file, an ONNX file, or a folder with MLmodel. */
  | { readonly type: "model"; readonly runId: string; readonly path: string; readonly sha256: string }
  | { readonly type: "model_version"; readonly model: string; readonly version: number }
  /** Artifacts of a run: one file, or all below the path. sha256 of a folder is that of the list of its files. */
  | { readonly type: "file" | "folder"; readonly runId: string; readonly path: string; readonly sha256: string };

export type StepOutputs = Readonly<Record<string, StepValue>>;
