/** What all charts share: a picture as wide as its place, points to walk by pointer and keys, and their values. */
import { useLayoutEffect, useMemo, useRef, useState, type KeyboardEvent, type ReactNode, type RefObject } from "react";
import "./palette.css";
import styles from "./plot.module.css";

/** Where a chart's data is drawn, in pixels of its picture. */
export interface Frame {
  width: number;
  height: number;
  left: number;
  right: number;
  top: number;
  bottom: number;
}

/** Something on a chart that says its values when it is pointed at. */
export interface PlotPoint {
  /** In pixels of the picture. */
  x: number;
  y: number;
  title: string;
  lines: { label: string; value: string; color?: string }[];
  /** Rings at x; by default one at y. Empty: none. */
  dots?: { y: number; color: string }[];
  /** Box to outline instead of a ring. */
  box?: { x: number; y: number; width: number; height: number };
  /** SVG path of the line that it is a part of. */
  path?: string;
  /** What it stands for, where that is not one thing. */
  ids?: readonly string[];
}

export interface Drawing {
  picture: ReactNode;
  /** Empty: there is no data, and the picture says so. */
  points?: PlotPoint[];
}

export interface PlotProps {
  /** The main fact of the picture in words. */
  label: string;
  /** Pixels. */
  height: number;
  margin?: { left?: number; right?: number; top?: number; bottom?: number };
  /** Which point is pointed at: the nearest by x alone, or by both. */
  snap?: "x" | "both";
  /** A vertical line through the point. */
  crosshair?: boolean;
  /** Points a row, where arrow up and down go from row to row. */
  columns?: number;
  onSelect?: (index: number, point: PlotPoint) => void;
  draw: (frame: Frame) => Drawing;
}

/** Width of an element in pixels, as it changes. */
function useWidth(ref: RefObject<HTMLElement | null>): number {
  // Nothing has a width outside a browser.
  const [width, setWidth] = useState(typeof window === "undefined" ? 640 : 0);
  useLayoutEffect(() => {
    const element = ref.current;
    if (element === null) return undefined;
    const measure = () => setWidth(Math.floor(element.clientWidth));
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, [ref]);
  return width;
}

function nearest(points: readonly PlotPoint[], x: number, y: number, snap: "x" | "both"): number | null {
  let best: number | null = null;
  // By both, a point must be near; a cell or bar is pointed at where it is.
  let least = snap === "x" ? Number.POSITIVE_INFINITY : 30 ** 2;
  for (const [index, point] of points.entries()) {
    const { box } = point;
    const inside = box && x >= box.x && x <= box.x + box.width && y >= box.y && y <= box.y + box.height;
    const distance = inside ? -1 : (point.x - x) ** 2 + (snap === "both" ? (point.y - y) ** 2 : 0);
    if (distance < least) [best, least] = [index, distance];
  }
  return best;
}

/** Where the arrow keys lead; undefined for other keys. */
function step(key: string, active: number | null, count: number, columns: number | undefined): number | undefined {
  const by: Record<string, number> = {
    ArrowLeft: -1,
    ArrowRight: 1,
    ArrowUp: -(columns ?? 1),
    ArrowDown: columns ?? 1,
    PageUp: -10,
    PageDown: 10,
  };
  if (key === "Home") return 0;
  if (key === "End") return count - 1;
  const move = by[key];
  if (move === undefined) return undefined;
  if (active === null) return move > 0 ? 0 : count - 1;
  const next = active + move;
  if (columns !== undefined && Math.abs(move) === columns && (next < 0 || next >= count)) return active;
  return Math.min(count - 1, Math.max(0, next));
}

/** Without a point there are no axes either. */
const filled = (drawing: Drawing): Drawing =>
  drawing.points?.length === 0
    ? {
        picture: (
          <text className={styles.tick} x="50%" y="50%" textAnchor="middle" fontSize={13}>
            Nothing to show yet
          </text>
        ),
      }
    : drawing;

const say = (point: PlotPoint): string =>
  [point.title, ...point.lines.map(({ label, value }) => (label === "" ? value : `${label} ${value}`))].join(", ");

/** The picture of a chart. Its values can be had by pointer and by arrow keys; Enter or a click selects. */
export function Plot(props: PlotProps): ReactNode {
  const { height, margin, draw } = props;
  const ref = useRef<HTMLDivElement>(null);
  const width = useWidth(ref);
  const { left = 44, right = 14, top = 12, bottom = 26 } = margin ?? {};
  const frame = useMemo(
    (): Frame => ({ width, height, left, right: Math.max(left + 20, width - right), top, bottom: height - bottom }),
    [width, height, left, right, top, bottom],
  );
  const { picture, points = [] } = useMemo<Drawing>(
    () => (frame.width > 0 ? filled(draw(frame)) : { picture: null }),
    [draw, frame],
  );
  const parts = { label: props.label, crosshair: props.crosshair, picture, frame };
  return (
    <div ref={ref} className={styles.plot} style={{ height }}>
      {points.length === 0 ? <Picture {...parts} /> : <Walkable {...props} {...parts} points={points} />}
    </div>
  );
}

interface PictureProps {
  label: string;
  crosshair: boolean | undefined;
  picture: ReactNode;
  frame: Frame;
}

function Picture({ label, crosshair = false, picture, frame, point }: PictureProps & { point?: PlotPoint }) {
  return (
    <svg className={styles.picture} width={frame.width} height={frame.height} role="img" aria-label={label}>
      {/* The parts of an image are not for screen readers: its label, its points and the table are. */}
      <g aria-hidden="true">{picture}</g>
      {point && <Highlight point={point} frame={frame} crosshair={crosshair} />}
    </svg>
  );
}

/** A picture whose points are walked by pointer and keys. */
function Walkable(props: PictureProps & Pick<PlotProps, "snap" | "columns" | "onSelect"> & { points: PlotPoint[] }) {
  const { points, columns, onSelect, snap = "x", ...parts } = props;
  const [active, setActive] = useState<{ index: number; byKey: boolean } | null>(null);
  const point = active === null ? undefined : points[active.index];
  const onKeyDown = (event: KeyboardEvent) => {
    const next = step(event.key, active?.index ?? null, points.length, columns);
    const selects = event.key === "Enter" || event.key === " ";
    if (next !== undefined) setActive({ index: next, byKey: true });
    else if (selects && onSelect !== undefined && active !== null && point !== undefined) onSelect(active.index, point);
    else if (event.key === "Escape" && active !== null) setActive(null);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const find = (event: { clientX: number; clientY: number; currentTarget: Element }): number | null => {
    const box = event.currentTarget.getBoundingClientRect();
    return nearest(points, event.clientX - box.left, event.clientY - box.top, snap);
  };
  return (
    <div
      className={styles.walk}
      style={onSelect !== undefined && point !== undefined ? { cursor: "pointer" } : undefined}
      role="application"
      aria-roledescription="chart"
      aria-label={`Points of the chart, ${points.length}: arrow keys walk them`}
      tabIndex={0}
      onKeyDown={onKeyDown}
      onPointerMove={(event) => {
        const index = find(event);
        if (index !== active?.index) setActive(index === null ? null : { index, byKey: false });
      }}
      onPointerLeave={() => setActive(null)}
      onBlur={() => setActive(null)}
      onClick={(event) => {
        const index = find(event);
        if (index !== null) onSelect?.(index, points[index] as PlotPoint);
      }}
    >
      <Picture {...parts} point={point} />
      {point && <Tip point={point} width={props.frame.width} height={props.frame.height} />}
      <div className={styles.said} aria-live="polite">
        {active?.byKey && point ? say(point) : ""}
      </div>
    </div>
  );
}

function Highlight({ point, frame, crosshair }: { point: PlotPoint; frame: Frame; crosshair: boolean }) {
  const dots = point.dots ?? (point.box ? [] : [{ y: point.y, color: point.lines[0]?.color ?? "var(--accent)" }]);
  return (
    <g data-passing="">
      {crosshair && <line className={styles.crosshair} x1={point.x} x2={point.x} y1={frame.top} y2={frame.bottom} />}
      {point.path && <path className={styles.traced} d={point.path} />}
      {point.box && <rect className={styles.outline} {...point.box} rx={3} />}
      {dots.map((dot, index) => (
        <circle key={index} className={styles.ring} cx={point.x} cy={dot.y} r={4.5} stroke={dot.color} />
      ))}
    </g>
  );
}

function Tip({ point, width, height }: { point: PlotPoint; width: number; height: number }) {
  const before = point.x > width / 2;
  const above = point.y > height / 2;
  const style = {
    [before ? "right" : "left"]: Math.max(0, (before ? width - point.x : point.x) + 12),
    [above ? "bottom" : "top"]: Math.max(0, (above ? height - point.y : point.y) - 12),
    maxWidth: Math.max(120, (before ? point.x : width - point.x) - 12),
  };
  return (
    <div className={styles.tip} style={style} aria-hidden="true">
      <strong>{point.title}</strong>
      {point.lines.map(({ label, value, color }, index) => (
        <span key={index} className={styles.line}>
          <i style={{ background: color ?? "transparent" }} hidden={color === undefined} />
          <span>{label}</span>
          <b>{value}</b>
        </span>
      ))}
    </div>
  );
}
