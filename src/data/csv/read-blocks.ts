import { SlipwayError } from "../../base/index.ts";
import type { BuildContext } from "./column-builder.ts";
import type { CsvLayout } from "./dialect.ts";
import type { RecordReader } from "./record-reader.ts";
import type { TextSource } from "./text-source.ts";

const blockBytes = 1 << 20;
/** A row longer than this is an unclosed quote. */
export const maxRecordBytes = 1 << 26;
const progressEvery = 8 << 20;

/** An open text whose layout is known. */
export interface LaidOutText {
  readonly source: TextSource;
  readonly layout: CsvLayout;
  readonly context: BuildContext;
  /** Told the rows so far about every 8 MiB. */
  readonly progress: (rows: number) => void;
}

/** Parses the text block by block; false when `restart` said so after the first block. */
export function readBlocks(text: LaidOutText, reader: RecordReader, restart: () => boolean): boolean {
  const { source, layout, context, progress } = text;
  // Two spare bytes: a line end that the last line may lack, and the reader's sentinel.
  let block: Buffer = Buffer.allocUnsafeSlow(blockBytes + 2);
  let toSkip = layout.dataOffset;
  let length = 0;
  let reported = 0;
  source.rewind();
  for (let first = true; ;) {
    let final = false;
    while (length < block.length - 2 && !final) {
      const count = source.read(block.subarray(0, block.length - 2), length);
      length += count;
      final = count === 0;
    }
    const start = Math.min(toSkip, length);
    toSkip -= start;
    if (final && length > 0 && block[length - 1] !== 10 && block[length - 1] !== 13) block[length++] = 10;
    const done = reader.read(block, start, length, final);
    if (final) return true;
    if (first && done > start) {
      first = false;
      if (restart()) return false;
    }
    block.copy(block, 0, done, length);
    length -= done;
    if (length >= block.length - 2) block = enlarged(context.file, block, reader.rows());
    if (source.position() - reported >= progressEvery) {
      reported = source.position();
      progress(reader.rows());
    }
  }
}

function enlarged(file: string, block: Buffer, rows: number): Buffer {
  if (block.length > maxRecordBytes) throw tooLong(file, rows + 2);
  const larger = Buffer.allocUnsafeSlow(block.length * 2);
  block.copy(larger);
  return larger;
}

export function tooLong(file: string, line: number): SlipwayError {
  return new SlipwayError(
    "SLW_DATA_RECORD_TOO_LONG",
    `${file}: the row that begins near line ${line} is longer than ${maxRecordBytes >> 20} MiB.`,
    { details: { file, line, limitBytes: maxRecordBytes } },
  );
}
