import { useVirtualizer } from "@tanstack/react-virtual";
import { useId, useRef, useState, type KeyboardEvent, type ReactElement, type RefObject } from "react";
import { Bytes, Icon } from "../kit/index.ts";
import { parentOf, type TreeRow } from "./artifact-tree.ts";
import styles from "./run-outputs.module.css";

/** Pixels. */
const rowHeight = 28;

export interface ArtifactTreeProps {
  readonly rows: readonly TreeRow[];
  /** Path. */
  readonly chosen: string | undefined;
  readonly onChoose: (path: string) => void;
  readonly onToggle: (folder: string, isOpen: boolean) => void;
}

/** The pattern of WAI-ARIA for trees: one tab stop, arrows move, open and close, Enter chooses. Draws what is in sight. */
export function ArtifactTree({ rows, chosen, onChoose, onToggle }: ArtifactTreeProps): ReactElement {
  const base = useId();
  const scroller = useRef<HTMLDivElement>(null);
  const [active, setActive] = useState(chosen);
  const found = rows.findIndex(({ entry }) => entry.path === active);
  const at = Math.max(0, found);
  const virtual = useRows(scroller, rows.length, at);
  const moveTo = (index: number): void => {
    const row = rows[Math.min(rows.length - 1, Math.max(0, index))];
    if (!row) return;
    setActive(row.entry.path);
    virtual.scrollToIndex(rows.indexOf(row));
  };
  const act = ({ entry, isOpen }: TreeRow): void => {
    setActive(entry.path);
    if (entry.isFolder) onToggle(entry.path, !isOpen);
    else onChoose(entry.path);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const row = rows[at];
    const meant = row ? meaningOf(event, rows, at) : null;
    if (!row || meant === null) return;
    event.preventDefault();
    event.stopPropagation();
    if (meant === "act") act(row);
    else moveTo(meant);
  };
  return (
    <div
      ref={scroller}
      className={styles.tree}
      role="tree"
      aria-label="Files"
      tabIndex={0}
      aria-activedescendant={rows.length > 0 ? `${base}-${at}` : undefined}
      onKeyDown={onKeyDown}
    >
      <div role="presentation" className={styles.rows} style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map(({ index, start }) => {
          const row = rows[index] as TreeRow;
          const { path } = row.entry;
          const state = { isActive: index === at, isChosen: path === chosen };
          return <Row key={path} id={`${base}-${index}`} row={row} top={start} {...state} onPress={act} />;
        })}
      </div>
    </div>
  );
}

/** The rows in sight; at first those about the row `at`. */
function useRows(scroller: RefObject<HTMLDivElement | null>, count: number, at: number) {
  return useVirtualizer({
    count,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 8,
    initialOffset: () => Math.max(0, (at - 4) * rowHeight),
  });
}

/** @returns the row that a key leads to, or that the row is opened, closed or chosen; null for other keys */
function meaningOf(event: KeyboardEvent, rows: readonly TreeRow[], at: number): number | "act" | null {
  const { entry, isOpen } = rows[at] as TreeRow;
  if (event.ctrlKey || event.metaKey || event.altKey) return null;
  if (event.key === "Enter" || event.key === " ") return "act";
  if (event.key === "ArrowRight") return entry.isFolder && !isOpen ? "act" : at + 1;
  if (event.key !== "ArrowLeft") return moves[event.key]?.(at, rows.length) ?? null;
  if (isOpen) return "act";
  const parent = rows.findIndex((row) => row.entry.path === parentOf(entry.path));
  return parent < 0 ? at : parent;
}

const moves: Readonly<Record<string, (at: number, count: number) => number>> = {
  ArrowDown: (at) => at + 1,
  j: (at) => at + 1,
  ArrowUp: (at) => at - 1,
  k: (at) => at - 1,
  PageDown: (at) => at + 12,
  PageUp: (at) => at - 12,
  Home: () => 0,
  End: (_, count) => count - 1,
};

interface RowProps {
  readonly id: string;
  readonly row: TreeRow;
  /** Pixels. */
  readonly top: number;
  readonly isActive: boolean;
  readonly isChosen: boolean;
  readonly onPress: (row: TreeRow) => void;
}

function Row({ id, row, top, isActive, isChosen, onPress }: RowProps): ReactElement {
  const { entry, level, isOpen } = row;
  return (
    <div
      id={id}
      role="treeitem"
      aria-level={level}
      aria-setsize={row.siblings}
      aria-posinset={row.position}
      aria-selected={isChosen}
      aria-expanded={entry.isFolder ? isOpen : undefined}
      data-active={isActive || undefined}
      className={styles.row}
      style={{ top, paddingInlineStart: 8 + (level - 1) * 16 }}
      onClick={() => onPress(row)}
    >
      <span className={styles.sign}>
        {entry.isFolder && <Icon name={isOpen ? "chevronDown" : "chevronRight"} size={12} />}
      </span>
      <span className={styles.name} title={entry.path}>
        {row.name}
        {row.isLoading && "…"}
      </span>
      {entry.size !== null && (
        <span className={styles.size}>
          <Bytes value={entry.size} />
        </span>
      )}
    </div>
  );
}
