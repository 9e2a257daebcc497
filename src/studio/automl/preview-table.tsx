import type { ReactElement } from "react";
import type { DatasetRows } from "../../contract/index.ts";
import { formatNumber } from "../kit/index.ts";
import styles from "./preview-table.module.css";

interface PreviewTableProps {
  readonly rows: DatasetRows;
  readonly target: string | null;
  /** Called with the column whose header was pressed. */
  readonly onTarget: (column: string) => void;
}

const shownRows = 12;

/** The first rows; the header of a column makes it the target. */
export function PreviewTable({ rows, target, onTarget }: PreviewTableProps): ReactElement {
  // The target is in sight whatever its place.
  const order = [...rows.columns.keys()].toSorted(
    (a, b) => Number(rows.columns[b]?.name === target) - Number(rows.columns[a]?.name === target),
  );
  const columns = order.flatMap((at) => rows.columns[at] ?? []);
  const caption = `First ${Math.min(shownRows, rows.rows.length)} of ${formatNumber(rows.totalRows)} rows`;
  return (
    <figure className={styles.preview}>
      <div className={styles.scroll} tabIndex={0} role="region" aria-label={caption}>
        <table className={styles.table}>
          <thead>
            <tr>
              {columns.map(({ name, type }) => (
                <th key={name} scope="col" data-target={name === target || undefined} data-type={type}>
                  <button
                    type="button"
                    className={styles.column}
                    disabled={type === "datetime"}
                    aria-pressed={name === target}
                    title={type === "datetime" ? "Dates cannot be predicted" : `Predict ${name}`}
                    onClick={() => onTarget(name)}
                  >
                    <span className={styles.name}>{name}</span>
                    <span className={styles.type}>{name === target ? "target" : type}</span>
                  </button>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.rows.slice(0, shownRows).map((cells, index) => (
              <tr key={index}>
                {columns.map(({ name, type }, at) => (
                  <td key={name} data-target={name === target || undefined} data-type={type}>
                    {cells[order[at] ?? 0] ?? <span className={styles.none}>empty</span>}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <figcaption className={styles.caption}>{caption}. A column's header makes it the target.</figcaption>
    </figure>
  );
}
