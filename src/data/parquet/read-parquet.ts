import { spawn, type ChildProcess } from "node:child_process";
import { resolve as resolvePath } from "node:path";
import { fileURLToPath } from "node:url";
import { SlipwayError, siblingModule, type Column } from "../../base/index.ts";
import { aborted } from "../aborted.ts";
import { convertColumn } from "../convert-column.ts";
import { unpackError, type PackedError } from "../pack-error.ts";
import { defaultNulls, type ReadOptions, type ReadResult } from "../read-options.ts";
import { createStringColumn } from "../string-column.ts";
import {
  bytesPerValue,
  createFrameDecoder,
  frameKinds,
  valuesHeaderBytes,
  type ParquetHeader,
  type ParquetTexts,
} from "./frames.ts";

/** Reads a Parquet file through a process of its own (parquet-process.ts). */
export async function readParquet(file: string, options: ReadOptions): Promise<ReadResult> {
  const received = await receive(file, options);
  if (received.rows === 0) {
    throw new SlipwayError("SLW_DATA_NO_ROWS", `${file} has ${received.header.columns.length} columns and no row.`, {
      details: { file },
    });
  }
  const types = new Map(Object.entries(options.types ?? {}));
  for (const name of options.asWritten ?? []) types.set(name, "string");
  const columns = finishColumns(received, options.nulls ?? defaultNulls);
  checkNames(file, columns, types);
  return {
    table: {
      rows: received.rows,
      columns: columns.map((column) => convertColumn(file, column, types.get(column.name) ?? column.type)),
    },
    dialect: { format: "parquet", delimiter: "", quote: "", encoding: "utf-8", header: true, decimal: "." },
    rows: { read: received.rows, kept: received.rows, reported: [] },
    warnings: received.header.warnings,
  };
}

interface Received {
  readonly header: ParquetHeader;
  readonly buffers: readonly (Float64Array | Int32Array)[];
  readonly texts: ParquetTexts;
  readonly rows: number;
}

async function receive(file: string, options: ReadOptions): Promise<Received> {
  const { signal } = options;
  if (signal?.aborted) throw aborted(file, signal);
  const child = spawn(process.execPath, [fileURLToPath(siblingModule(import.meta.url, "parquet-process"))], {
    stdio: ["pipe", "pipe", "pipe"],
  });
  const closed = new Promise<void>((resolve) => child.once("close", () => resolve()));
  const stop = (): void => void child.kill("SIGKILL");
  signal?.addEventListener("abort", stop, { once: true });
  try {
    return await collect(file, child, options);
  } finally {
    signal?.removeEventListener("abort", stop);
    stop();
    await closed;
  }
}

function collect(file: string, child: ChildProcess, options: ReadOptions): Promise<Received> {
  return new Promise((resolve, reject) => {
    const sink = createSink(options);
    let complaint = "";
    const decode = createFrameDecoder((kind, payload) => {
      if (kind === frameKinds.header) sink.open(JSON.parse(payload.toString()) as ParquetHeader);
      else if (kind === frameKinds.values) sink.add(payload);
      else if (kind === frameKinds.error) reject(unpackError(JSON.parse(payload.toString()) as PackedError, file));
      else resolve(sink.close(JSON.parse(payload.toString()) as ParquetTexts));
    });
    child.stdout!.on("data", (bytes: Buffer) => {
      try {
        decode(bytes);
      } catch (error) {
        reject(error);
      }
    });
    child.stderr!.on("data", (bytes: Buffer) => (complaint = (complaint + bytes.toString()).slice(-2000)));
    child.on("error", (cause) => reject(readerDied(file, "it could not be started", cause.message)));
    child.on("close", (code, signal) => {
      if (options.signal?.aborted) reject(aborted(file, options.signal));
      else reject(readerDied(file, signal ? `signal ${signal}` : `exit code ${code}`, complaint));
    });
    child.stdin!.on("error", () => undefined); // A process that died early is reported by "close".
    child.stdin!.write(`${JSON.stringify({ file: resolvePath(file), rows: options.rows ?? null })}\n`);
  });
}

function createSink(options: ReadOptions): {
  open(header: ParquetHeader): void;
  add(payload: Buffer): void;
  close(texts: ParquetTexts): Received;
} {
  let header: ParquetHeader = { rows: 0, columns: [], warnings: [] };
  let buffers: (Float64Array | Int32Array)[] = [];
  let views: Uint8Array[] = [];
  let rows = 0;
  let bytesRead = 0;
  return {
    open(value) {
      header = value;
      buffers = header.columns.map((column) => {
        const memory = new SharedArrayBuffer(header.rows * bytesPerValue(column));
        return column.kind === "text" ? new Int32Array(memory) : new Float64Array(memory);
      });
      views = buffers.map((buffer) => new Uint8Array(buffer.buffer));
    },
    add(payload) {
      const count = payload.readUInt32LE(0);
      let offset = valuesHeaderBytes;
      header.columns.forEach((column, index) => {
        const width = bytesPerValue(column);
        views[index]!.set(payload.subarray(offset, offset + count * width), rows * width);
        offset += count * width;
      });
      rows += count;
      bytesRead += payload.length;
      const totalBytes = header.columns.reduce((sum, column) => sum + bytesPerValue(column), 0) * header.rows;
      options.onProgress?.({ bytesRead: Math.min(bytesRead, totalBytes), totalBytes, rows });
    },
    close: (texts) => ({ header, buffers, texts, rows }),
  };
}

function finishColumns(received: Received, nulls: readonly string[]): Column[] {
  const meansNull = new Set(["", ...nulls.map((text) => text.trim().toLowerCase())]);
  return received.header.columns.map(({ name, kind }, index) => {
    const values = received.buffers[index]!;
    const texts = received.texts[index]!;
    if (kind === "datetime") return { name, type: "datetime", values: values as Float64Array };
    if (kind === "number") return numericColumn(name, values as Float64Array);
    const kept: string[] = [];
    const codeOf = texts.map((text) => (meansNull.has(text.trim().toLowerCase()) ? -1 : kept.push(text) - 1));
    const codes = values as Int32Array;
    for (let row = 0; row < codes.length; row++) codes[row] = codes[row]! < 0 ? -1 : codeOf[codes[row]!]!;
    return createStringColumn(name, codes, kept);
  });
}

function numericColumn(name: string, values: Float64Array): Column {
  let integer = true;
  for (let row = 0; row < values.length; row++) {
    const value = values[row]!;
    if (value === Infinity || value === -Infinity) values[row] = NaN;
    else if (integer && !Number.isInteger(value) && !Number.isNaN(value)) integer = false;
  }
  return { name, type: "numeric", values, integer };
}

function checkNames(file: string, columns: readonly Column[], asked: ReadonlyMap<string, unknown>): void {
  const names = columns.map((column) => column.name);
  names.forEach((name, index) => {
    if (name.trim() === "") {
      throw new SlipwayError("SLW_DATA_HEADER_EMPTY", `${file}: column ${index + 1} has no name.`, {
        details: { file, column: index + 1 },
      });
    }
    if (names.indexOf(name) !== index) {
      throw new SlipwayError("SLW_DATA_HEADER_DUPLICATE", `${file}: two columns are named ${JSON.stringify(name)}.`, {
        details: { file, column: name },
      });
    }
  });
  for (const name of asked.keys()) {
    if (!names.includes(name)) {
      throw new SlipwayError(
        "SLW_DATA_COLUMN_MISSING",
        `${file} has no column ${JSON.stringify(name)}; it has ${names.slice(0, 30).join(", ")}.`,
        {
          details: { file, column: name, columns: names },
        },
      );
    }
  }
}

function readerDied(file: string, how: string, complaint: string): SlipwayError {
  const said = complaint.trim().split("\n").slice(-3).join(" ");
  return new SlipwayError(
    "SLW_DATA_READER_DIED",
    `The process that read ${file} ended early (${how})${said ? `: ${said}` : ""}.`,
    {
      details: { file, how },
    },
  );
}
