import { sql } from "kysely";
import type { Queryable } from "../store/index.ts";

/** A dataset that runs of an experiment have read, in one context. */
export interface DatasetSummary {
  /** Number of the experiment. */
  readonly experiment: number;
  readonly name: string;
  readonly digest: string;
  /** The tag mlflow.data.context: "training"; null where there is none. */
  readonly context: string | null;
}

/** Of active runs of these experiments, each once; at most 1,000, by name. */
export async function searchDatasets(
  database: Queryable,
  { workspaceId, experiments }: { readonly workspaceId: string; readonly experiments: readonly number[] },
): Promise<DatasetSummary[]> {
  if (experiments.length === 0) return [];
  return database
    .selectFrom("run_datasets")
    .innerJoin("runs", "runs.id", "run_datasets.run_id")
    .innerJoin("experiments", "experiments.id", "runs.experiment_id")
    .innerJoin("logged_datasets", "logged_datasets.id", "run_datasets.dataset_id")
    .where("experiments.workspace_id", "=", workspaceId)
    .where("experiments.number", "in", [...experiments])
    .where("runs.deleted_at", "is", null)
    .distinct()
    .select([
      "experiments.number as experiment",
      "logged_datasets.name as name",
      "logged_datasets.digest as digest",
      sql<string | null>`run_datasets.tags ->> 'mlflow.data.context'`.as("context"),
    ])
    .orderBy("name")
    .orderBy("digest")
    .limit(1000)
    .execute();
}
