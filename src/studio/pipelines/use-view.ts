/** The part of a graph that is seen: dragged by the pointer, zoomed by Ctrl and wheel, keys or buttons. */
import { useCallback, useEffect, useLayoutEffect, useRef, useState, type RefObject } from "react";
import { boxHeight, boxWidth, fitScale, type GraphLayout } from "./layout.ts";

interface View {
  readonly scale: number;
  readonly x: number;
  readonly y: number;
}

export interface Frame {
  readonly width: number;
  readonly height: number;
}

const smallest = 0.2;
const largest = 2;
/** Pixels that stay around a box that is brought into sight. */
const edge = 16;

/** Width of an element, measured before it is painted, and again when it changes. */
export function useWidth(element: RefObject<HTMLElement | null>): number {
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    const found = element.current;
    if (!found) return undefined;
    // It is told at once, before anything is painted.
    const observer = new ResizeObserver(() => setWidth(found.clientWidth));
    observer.observe(found);
    return () => observer.disconnect();
  }, [element]);
  return width;
}

export function useView(layout: GraphLayout, frame: Frame, element: RefObject<HTMLElement | null>) {
  // null: all of it, whatever its size.
  const [moved, setMoved] = useState<View | null>(null);
  const view = moved ?? wholeOf(layout, frame);
  const current = useRef(view);
  useLayoutEffect(() => {
    current.current = view;
  });
  const zoom = useCallback(
    (factor: number, at: { x: number; y: number } = { x: frame.width / 2, y: frame.height / 2 }) => {
      const { scale, x, y } = current.current;
      const next = Math.min(largest, Math.max(smallest, scale * factor));
      setMoved({ scale: next, x: at.x - ((at.x - x) * next) / scale, y: at.y - ((at.y - y) * next) / scale });
    },
    [frame.width, frame.height],
  );
  const fit = useCallback(() => setMoved(null), []);
  const reveal = useCallback(
    (box: { readonly x: number; readonly y: number }) => {
      const { scale, x, y } = current.current;
      const dx = shift(x + box.x * scale, boxWidth * scale, frame.width);
      const dy = shift(y + box.y * scale, boxHeight * scale, frame.height);
      if (dx !== 0 || dy !== 0) setMoved({ scale, x: x + dx, y: y + dy });
    },
    [frame.width, frame.height],
  );
  useWheelZoom(element, zoom);
  const startDrag = useDrag(current, setMoved);
  return { view, zoom, fit, reveal, startDrag };
}

function wholeOf(layout: GraphLayout, frame: Frame): View {
  const scale = Math.max(0.5, fitScale(layout, frame));
  const isWide = layout.width * scale > frame.width;
  return {
    scale,
    x: isWide ? 0 : (frame.width - layout.width * scale) / 2,
    y: layout.height * scale > frame.height ? 0 : (frame.height - layout.height * scale) / 2,
  };
}

/** How far something has to move to be within a frame. */
function shift(at: number, size: number, frame: number): number {
  if (at < edge) return edge - at;
  return at + size > frame - edge ? frame - edge - at - size : 0;
}

/** React listens to wheels passively, which cannot keep the page from being zoomed. */
function useWheelZoom(
  element: RefObject<HTMLElement | null>,
  zoom: (factor: number, at: { x: number; y: number }) => void,
): void {
  useEffect(() => {
    const found = element.current;
    if (!found) return undefined;
    const onWheel = (event: WheelEvent): void => {
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      const { left, top } = found.getBoundingClientRect();
      zoom(Math.exp(-event.deltaY / 300), { x: event.clientX - left, y: event.clientY - top });
    };
    found.addEventListener("wheel", onWheel, { passive: false });
    return () => found.removeEventListener("wheel", onWheel);
  }, [element, zoom]);
}

function useDrag(current: RefObject<View>, setMoved: (view: View) => void) {
  return useCallback(
    (event: React.PointerEvent<HTMLElement>): void => {
      if (event.button !== 0 || (event.target as Element).closest("button")) return;
      const frame = event.currentTarget;
      const from = { view: current.current, x: event.clientX, y: event.clientY };
      frame.setPointerCapture(event.pointerId);
      const onMove = ({ clientX, clientY }: PointerEvent): void =>
        setMoved({ ...from.view, x: from.view.x + clientX - from.x, y: from.view.y + clientY - from.y });
      const onEnd = (): void => {
        frame.removeEventListener("pointermove", onMove);
        frame.removeEventListener("pointerup", onEnd);
        frame.removeEventListener("pointercancel", onEnd);
      };
      frame.addEventListener("pointermove", onMove);
      frame.addEventListener("pointerup", onEnd);
      frame.addEventListener("pointercancel", onEnd);
    },
    [current, setMoved],
  );
}
