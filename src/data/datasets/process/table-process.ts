/**
 * The process that reads datasets' files, for `run-task.ts`: its memory goes away with it. The request comes as one line
 * of JSON on standard input, which then stays open: when it closes, the caller is gone and so is this process.
 */
import { writeFileSync } from "node:fs";
import { packError } from "../../pack-error.ts";
import { readTable } from "../../read-table.ts";
import type { ReadResult } from "../../read-options.ts";
import { compareTables } from "../compare-tables.ts";
import type { DatasetRows } from "../types.ts";
import { chooseRows } from "./cells.ts";
import { derive } from "./derive.ts";
import { inspect } from "./inspect.ts";
import { pageFile } from "./page-file.ts";
import { partition } from "./partition.ts";
import type { TableFile, TableTasks, TaskRequest } from "./tasks.ts";

/** Where memory runs out, the system takes this process rather than the server. */
function offerToEnd(): void {
  try {
    writeFileSync("/proc/self/oom_score_adj", "1000");
  } catch {
    // Not Linux.
  }
}

async function readRequest(): Promise<TaskRequest> {
  return await new Promise((resolve) => {
    let line = "";
    process.stdin.setEncoding("utf8");
    process.stdin.on("data", (text: string) => {
      line += text;
      if (line.endsWith("\n")) resolve(JSON.parse(line) as TaskRequest);
    });
    process.stdin.on("end", () => process.exit(1));
  });
}

function read({ path, options }: TableFile): Promise<ReadResult> {
  return readTable(path, options);
}

async function perform(request: TaskRequest): Promise<unknown> {
  switch (request.task) {
    case "inspect":
      return inspect(await read(request.input.file), request.input.file.options);
    case "rows": {
      const { file, choice, columns } = request.input;
      return (await readPage(request.input)) ?? chooseRows((await read(file)).table, choice, columns);
    }
    case "derive":
      return derive(await read(request.input.file), request.input);
    case "partition":
      return partition(await read(request.input.file), request.input);
    case "compare": {
      const { baseline, target } = request.input;
      return compareTables((await read(baseline)).table, (await read(target)).table);
    }
  }
}

/** The page without the rest of the file; null where that cannot be, or gives anything but what was expected. */
async function readPage(input: TableTasks["rows"]["input"]): Promise<DatasetRows | null> {
  const { file, choice, columns, known, folder } = input;
  if (known === undefined || folder === undefined || !("offset" in choice)) return null;
  const { offset, limit } = choice;
  const part = pageFile(file, known, choice, folder);
  const result = part && (await read(part).catch(() => null));
  if (result?.table.rows !== Math.min(limit, known.rows - offset)) return null;
  return { ...chooseRows(result.table, { offset: 0, limit }, columns), totalRows: known.rows };
}

async function answer(value: unknown): Promise<void> {
  await new Promise((resolve) => process.stdout.write(JSON.stringify(value), resolve));
  process.exit(0);
}

offerToEnd();
const request = await readRequest();
try {
  await answer({ result: await perform(request) });
} catch (error) {
  await answer({ error: packError(error) });
}
