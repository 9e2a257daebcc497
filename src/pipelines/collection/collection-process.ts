/**
 * The process that turns collected rows into Parquet, for `run-task.ts`. The request comes as one line of JSON on standard
 * input, which then stays open: when it closes, the caller is gone and so is this process.
 */
import { open } from "node:fs/promises";
import { loadParquetWriter, packError } from "../../data/index.ts";
import { inputsTable, labelsTable } from "./collected-table.ts";
import { joinCollected } from "./join-collected.ts";
import type { CollectionRequest, CollectionTasks } from "./tasks.ts";

async function store({ path, header, from, to, service, output }: CollectionTasks["store"]["input"]) {
  const lines = await readRange(path, from, to);
  const { table, badLines } =
    header.designation === "inputs" ? inputsTable(header, service, lines) : labelsTable(lines);
  if (table.rows > 0) {
    const { writeParquet } = await loadParquetWriter();
    await writeParquet(output, table);
  }
  return { rows: table.rows, badLines };
}

async function readRange(path: string, from: number, to: number): Promise<string[]> {
  if (from === to) return [];
  const handle = await open(path, "r");
  try {
    const bytes = Buffer.alloc(to - from);
    for (let got = 0; got < bytes.length;) {
      const { bytesRead } = await handle.read(bytes, got, bytes.length - got, from + got);
      if (bytesRead === 0) throw new Error(`${path} has become shorter`);
      got += bytesRead;
    }
    return bytes.toString("utf8").trimEnd().split("\n");
  } finally {
    await handle.close();
  }
}

async function readRequest(): Promise<CollectionRequest> {
  return await new Promise((resolve) => {
    let line = "";
    process.stdin.setEncoding("utf8");
    process.stdin.on("data", (text: string) => {
      line += text;
      if (line.endsWith("\n")) resolve(JSON.parse(line) as CollectionRequest);
    });
    process.stdin.on("end", () => process.exit(1));
  });
}

async function answer(value: unknown): Promise<void> {
  await new Promise((resolve) => process.stdout.write(JSON.stringify(value), resolve));
  process.exit(0);
}

const request = await readRequest();
try {
  const result = request.task === "store" ? await store(request.input) : await joinCollected(request.input);
  await answer({ result });
} catch (error) {
  await answer({ error: packError(error) });
}
