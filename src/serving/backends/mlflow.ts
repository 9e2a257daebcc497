/** MLflow's models: user code, so it runs in a Python process of its own, in its own environment, behind our front. */
import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { SlipwayError } from "../../base/index.ts";
import type { Label } from "../../model/index.ts";
import { preparePython } from "./python/environment.ts";
import { startPython, type PythonProcess } from "./python/process.ts";
import { checkRows } from "./rows.ts";
import type { BackendOpener, OpenBackend, RowsToScore, ScoredRows, ScoringColumn, ScoringSchema } from "./types.ts";

/** Milliseconds before another start after one that ended at once; doubled up to the longest. */
const firstPause = 200;
const longestPause = 30_000;

export const openMlflowBackend: BackendOpener = async (options) => {
  const folder = options.temporaryFolder;
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const environment = await preparePython(modelFolder(options), options.environmentsFolder ?? join(folder, "python"));
  const start = (): Promise<PythonProcess> => startPython(environment, { model: modelFolder(options), folder });
  const state = { current: await start(), closing: false };
  void keepAlive(state, start);
  const schema = schemaOf(state.current.ready as ReadySchema);
  return {
    schema,
    get pids() {
      return [state.current.pid];
    },
    score: (request) => scoreRows(state.current, schema, request),
    async close() {
      state.closing = true;
      await state.current.close();
    },
  };
};

/** MLmodel's folder: what is deployed is the file or the folder. */
function modelFolder({ path }: OpenBackend): string {
  return path.endsWith("MLmodel") ? dirname(path) : path;
}

/** Starts another process where one ends. */
async function keepAlive(
  state: { current: PythonProcess; readonly closing: boolean },
  start: () => Promise<PythonProcess>,
): Promise<void> {
  for (let pause = firstPause; ; pause = Math.min(2 * pause, longestPause)) {
    const since = performance.now();
    await state.current.ended;
    if (state.closing) return;
    if (performance.now() - since > longestPause) pause = firstPause;
    await new Promise((resolve) => setTimeout(resolve, pause).unref());
    if (state.closing) return;
    try {
      state.current = await start();
      // It was closed while it started.
      if (state.closing) await state.current.close();
    } catch (error) {
      process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    }
  }
}

interface ReadySchema {
  readonly algorithm: string;
  readonly task: ScoringSchema["task"];
  readonly columns: readonly Pick<ScoringColumn, "name" | "type" | "integer" | "nullable" | "example">[];
  readonly labels: readonly Label[];
  readonly probabilities: boolean;
}

function schemaOf({ algorithm, task, columns, labels, probabilities }: ReadySchema): ScoringSchema {
  return {
    algorithm,
    task,
    target: null,
    columns: columns.map((column) => ({ ...column, categories: null, range: null })),
    labels,
    probabilities,
    explanations: false,
  };
}

async function scoreRows(
  python: PythonProcess,
  schema: ScoringSchema,
  { rows, method, explain, params, checks }: RowsToScore,
): Promise<ScoredRows> {
  if (explain || (method === "predict_proba" && !schema.probabilities)) {
    throw new SlipwayError("SLW_SCORE_METHOD", `This model gives no ${explain ? "explanations" : "probabilities"}.`, {
      fix: 'Use "predict", without explain.',
    });
  }
  // A model without a signature takes what it takes; its code is asked.
  const known = schema.columns.length > 0;
  const { columns, warnings } = known ? checkRows(schema.columns, rows, checks) : { columns: null, warnings: [] };
  const result = await python.ask({ columns, ...(known ? {} : { rows }), method, params });
  if (Array.isArray(result) && result.length === rows.length) return { result, explanations: null, warnings };
  throw new SlipwayError("SLW_ENDPOINT_BACKEND", `The model did not answer ${rows.length} rows with as many.`);
}
