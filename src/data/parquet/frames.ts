/**
 * What the Parquet process writes to its standard output: frames of a kind (1 byte), a length (4 bytes, little-endian)
 * and a payload. First one "header", then "values" until all rows are there, then "end"; or "error" at any time.
 */
export const frameKinds = { header: 1, values: 2, end: 3, error: 4 } as const;

/** The payload of "header", as JSON. */
export interface ParquetHeader {
  readonly rows: number;
  readonly columns: readonly ParquetColumn[];
  readonly warnings: readonly string[];
}

export interface ParquetColumn {
  readonly name: string;
  /** "number" and "datetime" come as Float64 (NaN for null), "text" as Int32 codes (-1 for null). */
  readonly kind: "number" | "datetime" | "text";
}

/** The payload of "end", as JSON: what the codes of each column mean; empty for a column that is not text. */
export type ParquetTexts = readonly (readonly string[])[];

/** The payload of "values": a row count (4 bytes, then 4 unused), then every column's values one after the other. */
export const valuesHeaderBytes = 8;

export function bytesPerValue(column: ParquetColumn): number {
  return column.kind === "text" ? 4 : 8;
}

export function encodeFrame(kind: number, payload: Buffer): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt8(kind, 0);
  head.writeUInt32LE(payload.length, 1);
  return Buffer.concat([head, payload]);
}

/** Takes the stream apart again; calls `onFrame` for every complete frame. */
export function createFrameDecoder(onFrame: (kind: number, payload: Buffer) => void): (bytes: Buffer) => void {
  const chunks: Buffer[] = [];
  let available = 0;
  let needed = 5;
  return (bytes) => {
    chunks.push(bytes);
    available += bytes.length;
    while (available >= needed) {
      const all = chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
      chunks.length = 0;
      needed = 5 + all.readUInt32LE(1);
      const complete = all.length >= needed;
      const rest = complete ? all.subarray(needed) : all;
      if (complete) {
        onFrame(all.readUInt8(0), all.subarray(5, needed));
        needed = rest.length >= 5 ? 5 + rest.readUInt32LE(1) : 5;
      }
      if (rest.length > 0) chunks.push(rest);
      available = rest.length;
    }
  };
}
