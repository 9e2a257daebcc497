import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useRef, type RefObject } from "react";
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
}

export function useRowsInSight({ grid, base, count, height, headHeight }: RowsOptions): RowsInSight {
  const isVirtual = count > virtualFrom;
  const virtualizer = useVirtualizer({
    count,
    getScrollElement: () => grid.current,
    estimateSize: () => height,
    overscan,
    enabled: isVirtual,
    useFlushSync: false,
  });
  useEffect(() => virtualizer.measure(), [virtualizer, height]);
  if (isVirtual)
    return {
      items: virtualizer.getVirtualItems().map(({ index, start }) => ({ index, top: start })),
      totalHeight: virtualizer.getTotalSize(),
      scrollTo: (index) => scrollIntoSight(grid.current, index * height, height, headHeight),
    };
  return {
    items: Array.from({ length: count }, (_row, index) => ({ index, top: null })),
    totalHeight: null,
    scrollTo: (index) => {
      document.getElementById(`${base}-${index}`)?.scrollIntoView({ block: "nearest" });
    },
  };
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
