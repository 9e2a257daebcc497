/** A thread of a worker that scores blocks of rows, one after the other. It stores nothing. */
import { parentPort, workerData } from "node:worker_threads";
import { formatCsvRow, packError, tableRows } from "../../data/index.ts";
import type { Table } from "../../base/index.ts";
import type { Block, BlockSummary, FromScoringThread, OutputColumn, ScoringThreadInput } from "./batch-messages.ts";
import { readBlock } from "./batch-read.ts";
import { openScorer, type Predictions } from "./batch-score.ts";

const port = parentPort;
if (port === null) throw new Error("This module is a worker thread.");
const input = workerData as ScoringThreadInput;

try {
  const scorer = await openScorer(input);
  port.on("message", (block: Block) => {
    score(block).catch((error: unknown) => tell({ type: "failed", error: packError(error) }));
  });
  tell({ type: "ready" });

  async function score(block: Block): Promise<void> {
    const { table, rows } = await readBlock(input, block);
    const found = await scorer(table);
    const kept = input.keepInputs ? spelled(table) : { rows: table.rows, columns: [] };
    const summary: BlockSummary = {
      rows: table.rows,
      reported: rows.reported.length,
      columns: [...kept.columns.map(describe), ...found.columns],
    };
    const lines = format(kept, found);
    tell({ type: "scored", summary, lines }, [lines.buffer as ArrayBuffer]);
  }
} catch (error) {
  tell({ type: "failed", error: packError(error) });
}

function tell(message: FromScoringThread, transfer: readonly ArrayBuffer[] = []): void {
  port?.postMessage(message, transfer);
}

function describe(column: Table["columns"][number]): OutputColumn {
  const whole = column.type === "numeric" && column.values.every((v) => Number.isNaN(v) || Number.isSafeInteger(v));
  return { name: column.name, type: column.type, whole };
}

function spelled(table: Table): Table {
  if (input.asSpelled) return table;
  const plain = table.columns.map((column) => {
    if (column.type !== "numeric") return column;
    const { name, type, values, integer } = column;
    return { name, type, values, integer };
  });
  return { rows: table.rows, columns: plain };
}

function format(kept: Table, { values }: Predictions): Uint8Array {
  const lines: string[] = [];
  let row = 0;
  for (const cells of tableRows(kept)) {
    for (const column of values) cells.push(column[row] ?? null);
    lines.push(formatCsvRow(cells));
    row++;
  }
  // A copy: what is handed over must not be pooled memory.
  return Uint8Array.from(Buffer.from(lines.join("")));
}
