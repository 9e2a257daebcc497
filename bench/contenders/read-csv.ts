/** Reads one CSV with our reader and prints what it took; bench/peers/read_csv.py is its twin. */
import { readTable } from "../../src/data/index.ts";
import { peakBytes } from "../harness/process-memory.ts";

const start = performance.now();
const { table } = await readTable(process.argv[2]);
const seconds = (performance.now() - start) / 1000;
const result = { seconds, rows: table.rows, columns: table.columns.length, peakBytes: peakBytes(process.pid) };
console.log(JSON.stringify(result));
