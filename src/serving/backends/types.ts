/** What answers for a deployment: our own model in this process, an ONNX graph, or a Python process behind us. */
import type { ColumnType } from "../../base/index.ts";
import type { Label, RecordWarning } from "../../model/index.ts";
import type { DeployedModel, EndpointSettings } from "../config/index.ts";

/** A column that a row may carry. */
export interface ScoringColumn {
  readonly name: string;
  /** "any": the model does not say. */
  readonly type: ColumnType | "any";
  /** Numeric columns: only whole numbers were seen in training. */
  readonly integer: boolean;
  readonly nullable: boolean;
  /** All values that training saw, ascending; null where that is not known. */
  readonly categories: readonly string[] | null;
  /** Smallest and largest value seen in training. */
  readonly range: readonly [number, number] | null;
  readonly example: string | number | null;
}

/** What a model takes and answers, as far as it says so. */
export interface ScoringSchema {
  /** Name for people: "VotingEnsemble". */
  readonly algorithm: string;
  readonly task: "classification" | "regression" | null;
  readonly target: string | null;
  /** In the order in which a row may be a list; empty where the model does not say. */
  readonly columns: readonly ScoringColumn[];
  readonly labels: readonly Label[];
  /** Whether predict_proba can be answered. */
  readonly probabilities: boolean;
  readonly explanations: boolean;
}

/** What becomes of input that the model did not see in training. */
export type InputChecks = Pick<EndpointSettings, "unknownColumns" | "missingColumns" | "unknownCategories">;

export interface RowsToScore {
  /** Objects by column, or lists in the order of the columns. Unchecked. */
  readonly rows: readonly unknown[];
  readonly method: "predict" | "predict_proba";
  readonly explain: boolean;
  /** The endpoint's settings, with every request: they change while it lives. Absent: defaultSettings. */
  readonly checks?: InputChecks;
  /** MLflow's inference params, passed on to models that take them. */
  readonly params?: Readonly<Record<string, unknown>>;
  /** Ends what takes long. */
  readonly signal?: AbortSignal;
}

export interface ScoredRows {
  /** One for each row: its label or value, or with predict_proba the probabilities of all labels in their order. */
  readonly result: readonly unknown[];
  /** One for each row; null where none were asked for. */
  readonly explanations: readonly RowExplanation[] | null;
  readonly warnings: readonly ScoringWarning[];
}

export type ScoringWarning =
  | RecordWarning
  /** `value` stood in for what `rows` rows did not have; `row`, from 0, is the first of them. */
  | {
      readonly kind: "imputedColumn";
      readonly row: number;
      readonly rows: number;
      readonly column: string;
      readonly value: string | number;
    };

/** What made the answer: baseline + the sum of the contributions = the explained output (model/explain). */
export interface RowExplanation {
  /** The label whose output is explained, or the target. */
  readonly output: string;
  /** The unit of all the numbers. */
  readonly scale: string;
  /** False: estimated by permutations (docs/decisions/0021). */
  readonly exact: boolean;
  readonly baseline: number;
  /** By column of the model. */
  readonly contributions: Readonly<Record<string, number>>;
}

export interface Backend {
  readonly schema: ScoringSchema;
  /** Processes of its own, now. */
  readonly pids?: readonly number[];
  /**
   * A backend that answers at once returns the answer itself, so that no turn of the event loop is spent.
   * @throws SLW_SCORE_*, SLW_ENDPOINT_BACKEND
   */
  score(request: RowsToScore): ScoredRows | Promise<ScoredRows>;
  close(): Promise<void>;
}

export interface OpenBackend {
  readonly model: DeployedModel;
  /** Absolute. */
  readonly path: string;
  /** A folder of its own for sockets and files of its processes. */
  readonly temporaryFolder: string;
  /** Python environments, shared by all endpoints. Default: a folder in the temporary one. */
  readonly environmentsFolder?: string;
}

/** Resolves when the model has answered its example row. @throws SLW_MODEL_*, SLW_ENDPOINT_BACKEND with the way out */
export type BackendOpener = (options: OpenBackend) => Promise<Backend>;
