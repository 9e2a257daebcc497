/** The server's files for a step that runs beside it: its artifact store and database at once. */
import type { ArtifactStore } from "../../../store/index.ts";
import type { StepFiles } from "./task.ts";

/** A file of an output that is in the artifact store; no row refers to it yet. */
export interface StoredFile {
  readonly output: string;
  /** In the output; of a single file, its name. */
  readonly path: string;
  readonly sha256: string;
  /** Bytes. */
  readonly size: number;
}

/** @param stored is added to */
export function storeFiles(
  {
    artifacts,
    write,
    signal,
  }: {
    readonly artifacts: ArtifactStore;
    readonly write: (text: string) => Promise<void>;
    readonly signal: AbortSignal;
  },
  stored: StoredFile[],
): StepFiles {
  return {
    // Read whole, it ends with an error where the bytes are others than those that were submitted.
    read: ({ sha256 }) => artifacts.read(sha256),
    appendLog: write,
    async putOutput(output, path, { open, size }) {
      const source = open();
      try {
        stored.push({ output, path, ...(await artifacts.put(source, { size, signal })) });
      } finally {
        source.destroy();
      }
    },
  };
}
