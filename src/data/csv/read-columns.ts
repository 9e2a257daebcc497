import type { Column } from "../../base/index.ts";
import type { ReadOptions } from "../read-options.ts";
import { broken, createBuilder, finishColumn, type ColumnBuilder } from "./column-builder.ts";
import { warningsOf, type Break } from "./csv-warnings.ts";
import { readBlocks, type LaidOutText } from "./read-blocks.ts";
import { changed, createRecordReader, type RecordReader } from "./record-reader.ts";

export interface ReadColumns {
  readonly columns: readonly Column[];
  readonly rows: number;
  readonly blankLines: readonly number[];
  readonly warnings: readonly string[];
  readonly breaks: readonly Break[];
}

/** Parses the rows into columns; those that turn out to be text once more, as text. */
export function readColumns(text: LaidOutText, options: Pick<ReadOptions, "types" | "asWritten">): ReadColumns {
  const types = new Map(Object.entries(options.types ?? {}));
  for (const name of options.asWritten ?? []) types.set(name, "string");
  const { builders, reader, breaks } = readFirst(text, types);
  const rows = reader.rows();
  const columns = builders.map((builder) =>
    builder.kind === broken ? null : finishColumn(builder, rows, text.context),
  );
  if (columns.includes(null)) readAgainAsText(text, builders, columns, rows);
  const complete = columns as Column[];
  const warnings = warningsOf(builders, complete, breaks, text.layout.decimal);
  return { columns: complete, rows, blankLines: reader.blankLines(), warnings, breaks };
}

function readFirst(
  text: LaidOutText,
  types: ReadonlyMap<string, Column["type"]>,
): { builders: ColumnBuilder[]; reader: RecordReader; breaks: Break[] } {
  const { layout, context } = text;
  const breaks: Break[] = [];
  const texts = new Set<string>();
  const noteBreaks = (builders: readonly ColumnBuilder[]): boolean => {
    const found = builders.filter(({ kind, name }) => kind === broken && !texts.has(name));
    for (const { name, break: at } of found) {
      breaks.push({ name, ...at! });
      texts.add(name);
    }
    return found.length > 0;
  };
  // A column that breaks in the first block costs little to begin again with.
  for (;;) {
    const builders = layout.names.map((name) =>
      createBuilder(name, types.get(name) ?? (texts.has(name) ? "string" : undefined), context),
    );
    const reader = createRecordReader(layout, builders, context);
    if (!readBlocks(text, reader, () => noteBreaks(builders))) continue;
    noteBreaks(builders);
    return { builders, reader, breaks };
  }
}

/** Fills the gaps in `columns`: those whose builders broke. */
function readAgainAsText(
  text: LaidOutText,
  builders: readonly ColumnBuilder[],
  columns: (Column | null)[],
  rows: number,
): void {
  const again = builders.map(({ name, kind }) =>
    createBuilder(name, kind === broken ? "string" : "skipped", text.context),
  );
  const reader = createRecordReader(text.layout, again, text.context);
  readBlocks(text, reader, () => false);
  if (reader.rows() !== rows) throw changed(text.context.file);
  builders.forEach(({ kind }, index) => {
    if (kind === broken) columns[index] = finishColumn(again[index]!, rows, text.context);
  });
}
