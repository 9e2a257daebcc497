/** A dataset version as a run logs it among its inputs. */
import { createHash } from "node:crypto";
import type { DatasetInput } from "../../tracking/index.ts";
import type { TableRef } from "./automl-spec.ts";

/** @param context what it was for, MLflow's tag: "training", "scoring" */
export function datasetInput(ref: TableRef, context: string): DatasetInput {
  return {
    name: ref.dataset,
    digest: digestOf(ref),
    sourceType: "slipway",
    source: `slipway:/datasets/${ref.dataset}/${ref.version}`,
    schema: null,
    profile: JSON.stringify({ num_rows: ref.rows, num_columns: ref.columns }),
    tags: { "mlflow.data.context": context },
  };
}

/** MLflow's digests have at most 36 characters. */
function digestOf({ sha256, options }: TableRef): string {
  return createHash("sha256").update(sha256).update(JSON.stringify(options)).digest("hex").slice(0, 16);
}
