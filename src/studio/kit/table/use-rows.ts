/**
 * Which rows of a table are in the page. All rows are of one height, which the table sets: what is in sight follows from the
 * scrolled pixels, and nothing is measured before the first rows are painted. TanStack Virtual, for rows that are measured,
 * asks for the table's size as it begins, and so for a layout in the middle of the drawing.
 */
import { useEffect, useRef, useState, type RefObject } from "react";
import { assumedViewer } from "../../viewer/index.ts";
import { rowsBetween, type RowRange } from "./row-range.ts";
import type { DataTableProps } from "./types.ts";

/** Rows beyond which only those in sight are drawn. */
const virtualFrom = 50;
/** Rows drawn above and below those in sight: with the 40 of the highest table at most 53 are in the page. */
const overscan = 6;
/** onMore is called when the last of so many rows before the end comes in sight. */
const moreWithin = 20;

export interface RowsInSight {
  readonly items: readonly {
    readonly index: number;
    /** Pixels from the first row; null: the rows stand in the flow. */
    readonly top: number | null;
  }[];
  /** Pixels; null: as high as the rows. */
  readonly totalHeight: number | null;
  readonly scrollTo: (index: number) => void;
}

export interface RowsOptions {
  readonly grid: RefObject<HTMLDivElement | null>;
  /** What the ids of the rows' elements begin with. */
  readonly base: string;
  readonly count: number;
  /** Of a row, in pixels. */
  readonly height: number;
  /** Of the header that covers the first row in sight, in pixels. */
  readonly headHeight: number;
  /** Of the table, where its page sets one: "420px". */
  readonly maxHeight: string | undefined;
}

/** How high the table will be, so that its rows can be drawn before it is measured: as in data-table.module.css. */
function expectedHeight(maxHeight: string | undefined): number {
  if (maxHeight !== undefined) return Number.parseFloat(maxHeight);
  return Math.min(1440, Math.max(320, (assumedViewer()?.height ?? innerHeight) - 220));
}

export function useRowsInSight(options: RowsOptions): RowsInSight {
  const { grid, base, count, height, headHeight, maxHeight } = options;
  const isVirtual = count > virtualFrom;
  const seen = useSeenRows(grid, isVirtual, height, headHeight);
  if (isVirtual) {
    const { first, last } = seen ?? rowsBetween(0, expectedHeight(maxHeight) - headHeight, height, 0);
    const shown = Math.max(0, Math.min(last, count - 1) - first + 1);
    return {
      items: Array.from({ length: shown }, (_row, at) => ({ index: first + at, top: (first + at) * height })),
      totalHeight: count * height,
      scrollTo: (index) => scrollIntoSight(grid.current, index * height, height, headHeight),
    };
  }
  return {
    items: Array.from({ length: count }, (_row, index) => ({ index, top: null })),
    totalHeight: null,
    scrollTo: (index) => {
      document.getElementById(`${base}-${index}`)?.scrollIntoView({ block: "nearest" });
    },
  };
}

/** @returns null until the first rows are painted: the effect runs after that, and the observer after its layout */
function useSeenRows(
  grid: RefObject<HTMLDivElement | null>,
  isVirtual: boolean,
  height: number,
  headHeight: number,
): RowRange | null {
  const [seen, setSeen] = useState<RowRange | null>(null);
  useEffect(() => {
    const element = grid.current;
    if (!isVirtual || !element) return;
    const look = (): void => {
      const next = rowsBetween(element.scrollTop, element.clientHeight - headHeight, height, overscan);
      setSeen((before) => (before?.first === next.first && before.last === next.last ? before : next));
    };
    const observer = new ResizeObserver(look);
    observer.observe(element);
    element.addEventListener("scroll", look, { passive: true });
    return () => {
      observer.disconnect();
      element.removeEventListener("scroll", look);
    };
  }, [grid, isVirtual, height, headHeight]);
  return seen;
}

/** Just as far as is needed, in one step: the rows are all of one height. */
function scrollIntoSight(grid: HTMLDivElement | null, top: number, height: number, headHeight: number): void {
  if (!grid) return;
  const room = grid.clientHeight - headHeight;
  if (top < grid.scrollTop) grid.scrollTop = top;
  else if (top + height > grid.scrollTop + room) grid.scrollTop = top + height - room;
}

/** Asks for the next page when the end comes near: once for every number of loaded rows. */
export function useMore<Row>({ rows, hasMore, onMore }: DataTableProps<Row>, lastShown: number): void {
  const askedAt = useRef(-1);
  const count = rows.length;
  useEffect(() => {
    if (!hasMore || !onMore || count === 0 || askedAt.current === count || lastShown < count - moreWithin) return;
    askedAt.current = count;
    onMore();
  }, [count, hasMore, onMore, lastShown]);
}
