import { memo, type CSSProperties, type MouseEvent, type ReactElement, type ReactNode } from "react";
import { Icon } from "../icon.tsx";
import { cardLines } from "./columns.ts";
import { RowLink } from "./row-link.tsx";
import type { Column, RowHref } from "./types.ts";
import choice from "../choice.module.css";
import styles from "./data-table.module.css";

/** What a row is told; all of it stays the same while the table scrolls, so that a row in sight is not drawn again. */
export interface RowProps<Row> {
  readonly row: Row;
  readonly index: number;
  readonly elementId: string;
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  readonly isCard: boolean;
  /** Pixels from the first row; null: rows stand in the flow. */
  readonly top: number | null;
  readonly isActive: boolean;
  readonly isOpen: boolean;
  /** null: rows cannot be selected. */
  readonly isSelected: boolean | null;
  readonly isSelectable: boolean;
  readonly canOpen: boolean;
  readonly rowHref: ((row: Row) => RowHref) | undefined;
  readonly onSelect: (index: number, isRange: boolean) => void;
  readonly onRowClick: (index: number, event: MouseEvent) => void;
  /** undefined: rows have no menu. */
  readonly onMenu: ((index: number) => void) | undefined;
}

function BareRow<Row>(props: RowProps<Row>): ReactElement {
  const { index, elementId, isCard, top, isActive, isOpen, isSelected, canOpen, onRowClick } = props;
  const style: CSSProperties | undefined = top === null ? undefined : { transform: `translateY(${top}px)` };
  const classes = [styles.row, isCard && styles.card, top !== null && styles.placed, canOpen && styles.opens];
  return (
    <div
      role="row"
      id={elementId}
      aria-rowindex={index + (isCard ? 1 : 2)}
      aria-selected={isSelected ?? undefined}
      aria-current={isOpen ? "true" : undefined}
      data-active={isActive || undefined}
      className={classes.filter(Boolean).join(" ")}
      style={style}
      onClick={(event) => onRowClick(index, event)}
    >
      {isSelected !== null && <SelectionCell {...props} isSelected={isSelected} />}
      {isCard ? (
        <CardCell {...props} />
      ) : (
        props.columns.map((column, at) => (
          <div
            key={column.id}
            role="gridcell"
            className={column.align === "end" ? `${styles.cell} ${styles.end}` : styles.cell}
          >
            {contentOf(props, column, at === 0)}
          </div>
        ))
      )}
      {props.onMenu && <MenuCell index={index} label={props.label} onMenu={props.onMenu} />}
    </div>
  );
}

export const TableRow = memo(BareRow) as typeof BareRow;

function SelectionCell<Row>(props: RowProps<Row> & { readonly isSelected: boolean }): ReactElement {
  const { index, label, isSelected, isSelectable, onSelect } = props;
  return (
    <div role="gridcell" className={styles.selection}>
      <input
        type="checkbox"
        tabIndex={-1}
        className={choice.box}
        aria-label={`Select ${label}`}
        checked={isSelected}
        disabled={!isSelected && !isSelectable}
        onChange={(event) => onSelect(index, (event.nativeEvent as PointerEvent).shiftKey)}
      />
    </div>
  );
}

function MenuCell(props: { readonly index: number; readonly label: string; readonly onMenu: (index: number) => void }) {
  return (
    <div role="gridcell" className={styles.menuCell}>
      <button
        type="button"
        tabIndex={-1}
        className={styles.menu}
        aria-label={`Actions of ${props.label}`}
        aria-haspopup="menu"
        title="Actions (.)"
        onClick={() => props.onMenu(props.index)}
      >
        <Icon name="more" size={16} />
      </button>
    </div>
  );
}

/** No component: a table of 20 rows has 140 cells, and each component costs as much as its element. */
function contentOf<Row>({ row, rowHref }: RowProps<Row>, column: Column<Row>, isFirst: boolean): ReactNode {
  const content = column.cell(row);
  return isFirst && rowHref ? <RowLink to={rowHref(row)}>{content}</RowLink> : content;
}

function CardCell<Row>(props: RowProps<Row>): ReactElement {
  const [primary, secondary] = cardLines(props.columns);
  return (
    <div role="gridcell" className={styles.cardCell}>
      <div className={styles.primary}>
        {primary.map((column, at) => (
          <span key={column.id}>{contentOf(props, column, at === 0)}</span>
        ))}
      </div>
      <div className={styles.secondary}>
        {secondary.map((column) => (
          <span key={column.id}>{contentOf(props, column, false)}</span>
        ))}
      </div>
    </div>
  );
}
