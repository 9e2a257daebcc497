/** Where the boxes and arrows of a graph are, in pixels. */
import { Graph, layout } from "@dagrejs/dagre";
import type { GraphStep } from "./graph.ts";

export const boxWidth = 208;
export const boxHeight = 56;

export interface PlacedBox {
  readonly name: string;
  /** Of its upper left corner. */
  readonly x: number;
  readonly y: number;
}

export interface PlacedArrow {
  readonly from: string;
  readonly to: string;
  /** Of an SVG. */
  readonly path: string;
}

export interface GraphLayout {
  readonly width: number;
  readonly height: number;
  readonly boxes: readonly PlacedBox[];
  readonly arrows: readonly PlacedArrow[];
}

export type Direction = "down" | "right";

const margin = 12;

export function layoutGraph(steps: readonly GraphStep[], direction: Direction): GraphLayout {
  const graph = new Graph();
  graph.setGraph({
    rankdir: direction === "down" ? "TB" : "LR",
    nodesep: direction === "down" ? 28 : 18,
    ranksep: direction === "down" ? 36 : 44,
    marginx: margin,
    marginy: margin,
  });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const { name } of steps) graph.setNode(name, { width: boxWidth, height: boxHeight });
  for (const { name, needs } of steps) for (const need of needs) graph.setEdge(need, name);
  layout(graph);
  const { width = 0, height = 0 } = graph.graph() as { width?: number; height?: number };
  const boxes = steps.map(({ name }) => {
    const { x, y } = graph.node(name) as { x: number; y: number };
    return { name, x: x - boxWidth / 2, y: y - boxHeight / 2 };
  });
  const arrows = graph.edges().map(({ v, w }) => {
    const { points = [] } = graph.edge(v, w) as { points?: { x: number; y: number }[] };
    return { from: v, to: w, path: curve(points, direction) };
  });
  return steps.length === 0 ? { width: 0, height: 0, boxes, arrows } : { width, height, boxes, arrows };
}

/** The direction in which the graph is larger in a frame of this size. */
export function bestLayout(
  steps: readonly GraphStep[],
  frame: { readonly width: number; readonly height: number },
): GraphLayout {
  const [down, right] = [layoutGraph(steps, "down"), layoutGraph(steps, "right")];
  return fitScale(right, frame) > fitScale(down, frame) ? right : down;
}

/** How far the graph is shrunk to be seen whole; it is never made larger than it is. */
export function fitScale(
  { width, height }: Pick<GraphLayout, "width" | "height">,
  frame: { readonly width: number; readonly height: number },
): number {
  return Math.min(1, frame.width / Math.max(width, 1), frame.height / Math.max(height, 1));
}

/** Through the points, leaving and arriving in the direction of the graph. */
function curve(points: readonly { readonly x: number; readonly y: number }[], direction: Direction): string {
  const at = ({ x, y }: { x: number; y: number }): string => `${round(x)} ${round(y)}`;
  const parts = points.map((point, index) => {
    const before = points[index - 1];
    if (before === undefined) return `M${at(point)}`;
    const middle = direction === "down" ? (before.y + point.y) / 2 : (before.x + point.x) / 2;
    const [first, second] =
      direction === "down"
        ? [
            { x: before.x, y: middle },
            { x: point.x, y: middle },
          ]
        : [
            { x: middle, y: before.y },
            { x: middle, y: point.y },
          ];
    return `C${at(first)} ${at(second)} ${at(point)}`;
  });
  return parts.join("");
}

const round = (value: number): number => Math.round(value * 10) / 10;

export type WalkKey = "ArrowUp" | "ArrowDown" | "ArrowLeft" | "ArrowRight" | "Home" | "End";

/** The box that an arrow key leads to from another: the nearest one on that side. */
export function neighbour({ boxes }: Pick<GraphLayout, "boxes">, from: string, key: WalkKey): string | null {
  if (key === "Home") return boxes[0]?.name ?? null;
  if (key === "End") return boxes.at(-1)?.name ?? null;
  const here = boxes.find(({ name }) => name === from);
  if (here === undefined) return boxes[0]?.name ?? null;
  const isVertical = key === "ArrowUp" || key === "ArrowDown";
  const sign = key === "ArrowDown" || key === "ArrowRight" ? 1 : -1;
  let best: { name: string; distance: number } | null = null;
  for (const box of boxes) {
    const along = sign * (isVertical ? box.y - here.y : box.x - here.x);
    const aside = Math.abs(isVertical ? box.x - here.x : box.y - here.y);
    if (along <= 1) continue;
    const distance = along + 2 * aside;
    if (best === null || distance < best.distance) best = { name: box.name, distance };
  }
  return best?.name ?? null;
}
