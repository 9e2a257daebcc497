import { useId, useRef, useState, type ReactNode } from "react";
import { useOpened } from "../kit/index.ts";
import styles from "./chart-frame.module.css";
import { csvOf, type ChartTable } from "./csv.ts";
import { pngOf, saveBlob } from "./png.ts";

export type { ChartTable } from "./csv.ts";

interface ChartFrameProps {
  /** Its name among the charts of the page: the address has it where the table is shown. */
  id: string;
  title: string;
  /** What is to be seen, in a sentence. */
  description?: string;
  /** The numbers of the picture: shown instead of it, and downloaded as CSV. */
  table: ChartTable;
  /** Of downloads, without .csv and .png. */
  fileName: string;
  /** The chart. */
  children: ReactNode;
}

/** Most rows that the table shows; CSV has all. */
const shownRows = 500;

/** A chart with its title, its numbers as a table, and both as files. Nothing leaves the browser. */
export function ChartFrame(props: ChartFrameProps): ReactNode {
  const { title, table, fileName } = props;
  const [isTable, setTable] = useOpened(`table.${props.id}`);
  const [failure, setFailure] = useState<string | null>(null);
  const heading = useId();
  const body = useRef<HTMLDivElement>(null);
  const savePng = async () => {
    setFailure(null);
    const blob = body.current === null ? null : await pngOf(body.current, title).catch(() => null);
    if (blob === null) setFailure("This browser could not draw the picture into a file. The CSV has its numbers.");
    else saveBlob(blob, `${fileName}.png`);
  };
  return (
    <section className={styles.frame} aria-labelledby={heading}>
      <header className={styles.head}>
        <div>
          <h3 id={heading}>{title}</h3>
          {props.description !== undefined && <p>{props.description}</p>}
        </div>
        <Tools {...props} isTable={isTable} onTable={setTable} onPng={() => void savePng()} />
      </header>
      {failure !== null && (
        <p role="alert" className={styles.failure}>
          {failure}
        </p>
      )}
      {isTable ? <NumbersTable table={table} title={title} /> : <div ref={body}>{props.children}</div>}
    </section>
  );
}

interface ToolsProps extends Pick<ChartFrameProps, "title" | "table" | "fileName"> {
  isTable: boolean;
  onTable: (isTable: boolean) => void;
  onPng: () => void;
}

function Tools({ title, table, fileName, isTable, onTable, onPng }: ToolsProps) {
  return (
    <div className={styles.tools}>
      <button type="button" aria-pressed={isTable} aria-label={`Table of ${title}`} onClick={() => onTable(!isTable)}>
        Table
      </button>
      <button
        type="button"
        aria-label={`Download CSV of ${title}`}
        onClick={() => saveBlob(new Blob([csvOf(table)], { type: "text/csv;charset=utf-8" }), `${fileName}.csv`)}
      >
        CSV
      </button>
      {!isTable && (
        <button type="button" aria-label={`Download PNG of ${title}`} onClick={onPng}>
          PNG
        </button>
      )}
    </div>
  );
}

export function NumbersTable({ table, title }: { table: ChartTable; title: string }) {
  const rows = table.rows.slice(0, shownRows);
  const isNumber = table.columns.map((_, column) => rows.some((row) => typeof row[column] === "number"));
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls must be reached by keys
    <div className={styles.scroll} tabIndex={0} role="region" aria-label={`Numbers of ${title}`}>
      <table>
        <thead>
          <tr>
            {table.columns.map((name, column) => (
              <th key={name} scope="col" data-number={isNumber[column] || undefined}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            <tr key={index}>
              {row.map((cell, column) => (
                <td key={column} data-number={isNumber[column] || undefined}>
                  {typeof cell === "number" ? Number(cell.toPrecision(8)) : (cell ?? "")}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {table.rows.length > shownRows && (
        <p>
          The first {shownRows} of {table.rows.length.toLocaleString("en")} rows. The CSV has all.
        </p>
      )}
    </div>
  );
}
