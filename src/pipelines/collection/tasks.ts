/** What the collection process is asked, and what it answers: one task, one line of JSON each way. */
import type { CollectedHeader } from "../../serving/index.ts";

export interface CollectionTasks {
  /** Lines of a file of collected rows or labels as Parquet. */
  store: {
    readonly input: {
      readonly path: string;
      readonly header: CollectedHeader;
      /** Bytes of the lines. */
      readonly from: number;
      readonly to: number;
      /** Name of the endpoint. */
      readonly service: string;
      /** Path of a file that is not there yet; not written where there are no rows. */
      readonly output: string;
    };
    readonly result: { readonly rows: number; readonly badLines: number };
  };
  /** Collected rows with their labels as one table. */
  join: {
    readonly input: {
      /** Paths of Parquet files; at least one. */
      readonly inputs: readonly string[];
      readonly labels: readonly string[];
      /** Milliseconds since 1970, of the requests; null for no bound. */
      readonly from: number | null;
      readonly to: number | null;
      /** Only rows with a label: it stands in the column of this name, beside the model's inputs and nothing else. */
      readonly target: string | null;
      /** Path of a Parquet file that is not there yet. */
      readonly output: string;
      /** For what does not fit into memory. */
      readonly temporaryFolder: string;
    };
    readonly result: { readonly rows: number };
  };
}

export type CollectionTask = keyof CollectionTasks;

export type CollectionRequest = {
  [Task in CollectionTask]: { readonly task: Task; readonly input: CollectionTasks[Task]["input"] };
}[CollectionTask];
