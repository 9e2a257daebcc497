/**
 * The process that checks and transforms tables, for `run-data-task.ts`: DuckDB, queries and patterns of users run here
 * and nowhere else, with nothing of the server's environment. A request comes as one line of JSON on standard input;
 * lines with progress and one with the answer go back. It is asked again as long as it is small, and ends with its
 * worker.
 */
import { writeFileSync } from "node:fs";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { Worker } from "node:worker_threads";
import type { Table } from "../../../base/index.ts";
import { loadProcessReader, packError } from "../../../data/index.ts";
import { checkTable } from "./check-table.ts";
import type { DataFile, DataRequest, DataTasks, WrittenRows } from "./messages.ts";

/** Where memory runs out, the system takes this process rather than the server. */
function offerToEnd(): void {
  try {
    writeFileSync("/proc/self/oom_score_adj", "1000");
  } catch {
    // Not Linux.
  }
}

/**
 * A thread that ends the process when its worker is gone, since this one may be at work for long without looking up: a
 * pattern can take for ever on a text. Nothing is begun before it is there.
 */
async function endWithWorker(): Promise<void> {
  const watch = `const { workerData: parent } = require("node:worker_threads");
    setInterval(() => process.ppid === parent || process.kill(process.pid, "SIGKILL"), 500);`;
  const thread = new Worker(watch, { eval: true, workerData: Number(process.argv[2]) });
  await once(thread, "online");
  thread.unref();
}

const reader = await loadProcessReader();

async function read({ path, options }: DataFile): Promise<Table> {
  const { timestamps: _, ...plain } = options;
  return (await reader.readTableHere(path, plain)).table;
}

async function perform(request: DataRequest): Promise<unknown> {
  switch (request.task) {
    case "inspect": {
      const { path, options } = request.input.file;
      return reader.inspect(await reader.readTableHere(path, options), options);
    }
    case "check": {
      const { file, checks, limits } = request.input;
      tell(`reading ${file.name}`);
      return checkTable(await read(file), checks, { ...reader, read, limits, tell });
    }
    case "transform":
      return transform(request.input);
  }
}

async function transform(input: DataTasks["transform"]["input"]): Promise<WrittenRows> {
  const tables = new Map<string, Table>();
  for (const [name, file] of Object.entries(input.tables)) {
    tell(`reading ${file.name}`);
    tables.set(name, await read(file));
  }
  const [{ openQueryDatabase }, { writeResult }] = await Promise.all([
    import("./query-database.ts"),
    import("./write-result.ts"),
  ]);
  const database = await openQueryDatabase(tables, input.limits);
  tables.clear();
  try {
    tell("running the query");
    const statement = await database.prepare(input.query, input.values);
    const { output: path, header } = input;
    const onRows = (rows: number): void => tell(`${rows.toLocaleString("en-US")} rows written`);
    return await writeResult(statement, { path, header, onRows }, input.query);
  } finally {
    database.close();
  }
}

function tell(progress: string): void {
  process.stdout.write(`${JSON.stringify({ progress })}\n`);
}

async function answer(request: DataRequest): Promise<object> {
  try {
    return { result: await perform(request) };
  } catch (error) {
    return { error: packError(error) };
  }
}

offerToEnd();
await endWithWorker();
createInterface({ input: process.stdin })
  .on("line", (line) => void respond(JSON.parse(line) as DataRequest))
  .once("close", () => process.exit(0));

async function respond(request: DataRequest): Promise<void> {
  const value = await answer(request);
  process.stdout.write(`${JSON.stringify({ ...value, memory: process.memoryUsage.rss() })}\n`);
}
