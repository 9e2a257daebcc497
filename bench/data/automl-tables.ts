/**
 * The tables of bench/automl.ts: real ones of ../shared/data, of scikit-learn and of vega-datasets, and made ones with
 * known structure. Those that are not files already are written into build/bench-tables.
 */
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Task } from "../../src/model/index.ts";
import { createRandom } from "../../src/base/index.ts";
import { writeCsv } from "../../src/data/index.ts";
import { root, sharedTable } from "../harness/root.ts";
import { run } from "../harness/run.ts";
import { virtualEnvironment } from "../harness/virtual-environment.ts";
import { madeTables, type WrittenTable } from "./automl-tables-made.ts";
import { vegaTables } from "./automl-tables-vega.ts";

export interface AutoMLTable {
  readonly name: string;
  readonly task: Task;
  readonly target: string;
  /** Columns that tell the target and are taken out first. */
  readonly leaks: readonly string[];
  /** Are the rows in the order of time, so that the last ones are the test? Otherwise they are drawn. */
  readonly ordered: boolean;
  /** A CSV with all rows; null where it is not there. Made tables are another draw for each seed. */
  file(seed: number): Promise<string | null>;
}

const folder = join(root, "build", "bench-tables");

/** Writes it anew each time, so that it is what the code says now. */
async function written(name: string, make: () => WrittenTable): Promise<string> {
  const path = join(folder, `${name}.csv`);
  mkdirSync(folder, { recursive: true });
  const { header, rows } = make();
  await writeCsv(path, header, rows);
  return path;
}

function shared(
  name: string,
  file: string,
  about: Pick<AutoMLTable, "task" | "target"> & { readonly leaks?: readonly string[] },
): AutoMLTable {
  /** The same table may be among the examples. */
  const paths = [sharedTable(file), join(root, "examples", file)];
  return {
    name,
    ordered: false,
    leaks: [],
    ...about,
    file: async () => paths.find((path) => existsSync(path)) ?? null,
  };
}

function packaged(name: string): AutoMLTable {
  const path = join(folder, `${name}.csv`);
  return {
    name,
    task: "classification",
    target: "target",
    leaks: [],
    ordered: false,
    async file() {
      if (existsSync(path)) return path;
      mkdirSync(folder, { recursive: true });
      const script = join(root, "bench", "peers", "automl_tables.py");
      await run(virtualEnvironment("lightgbm"), ["-B", script, folder]);
      return path;
    },
  };
}

export const automlTables: readonly AutoMLTable[] = [
  shared("bank", "bankmarketing.csv", { task: "classification", target: "y" }),
  shared("bike", "bike.csv", { task: "regression", target: "cnt", leaks: ["casual", "registered"] }),
  shared("diabetes", "diabetes.csv", { task: "regression", target: "Y" }),
  packaged("breast-cancer"),
  packaged("digits"),
  ...vegaTables.map(({ name, task, target, make }): AutoMLTable => ({
    name,
    task,
    target,
    leaks: [],
    ordered: false,
    file: () => written(name, make),
  })),
  ...madeTables.map(({ name, task, target, ordered, make }): AutoMLTable => ({
    name,
    task,
    target,
    leaks: [],
    ordered,
    file: (seed) => written(`${name}-${seed}`, () => make(createRandom(seed))),
  })),
];
