/** What the thread that judges models is given, and what it says. */
import type { ColumnType } from "../../../base/index.ts";
import type { Dialect, PackedError } from "../../../data/index.ts";
import type { ModelKind } from "../../../registry/index.ts";
import type { LocalTable } from "../../jobs/automl-messages.ts";

export interface EvaluatedTable extends LocalTable {
  readonly dialect: Pick<Dialect, "format" | "delimiter" | "header">;
  /** Types of all columns, as the dataset has them. */
  readonly schema: Readonly<Record<string, ColumnType>>;
}

export interface EvaluatedModel {
  /** As messages call it. */
  readonly label: string;
  readonly kind: ModelKind;
  /** File to load. */
  readonly path: string;
}

export interface EvaluationInput {
  readonly table: EvaluatedTable;
  /** Column that holds the truth. */
  readonly target: string;
  /** Judged one after the other, on the same rows. */
  readonly models: readonly EvaluatedModel[];
  /** Of a model that does not say it itself; null where nothing does. */
  readonly task: Task | null;
  /** For sockets and files of models' processes. */
  readonly temporaryFolder: string;
  /** Python environments of the machine; null for one in the temporary folder. */
  readonly environmentsFolder: string | null;
}

export type Task = "classification" | "regression";

/** What was found out about a model. */
export interface Judgement {
  readonly task: Task;
  /** With a known target: all that is judged. */
  readonly rows: number;
  /** By Azure ML's names; NaN where one is not defined on these rows. Those that need probabilities only where there are any. */
  readonly metrics: Readonly<Record<string, number>>;
}

export type FromEvaluation =
  /** One for each model, in their order. */
  | { readonly type: "judged"; readonly judgements: readonly Judgement[] }
  | { readonly type: "failed"; readonly error: PackedError };
