/**
 * A page that the server draws is drawn for a viewer that it does not see: for what the browser said of itself at its last
 * visit. The browser takes the page over as it was drawn, and then draws anew what is different for it.
 */
import type { Viewer } from "./types.ts";

let assumed: Viewer | null = null;
const listeners = new Set<() => void>();

/** For whom to draw; null, as in a page that nobody has drawn before: for this browser, as it is. */
export function assumedViewer(): Viewer | null {
  return assumed;
}

/** Of the server, for what is to be copied: "http://127.0.0.1:8080". */
export function serverOrigin(): string {
  return assumed?.origin ?? location.origin;
}

export function assumeViewer(viewer: Viewer | null): void {
  assumed = viewer;
  for (const listener of listeners) listener();
}

/** For useSyncExternalStore: calls when the assumption is dropped. @returns ends it */
export function onViewerKnown(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
