import { useSyncExternalStore } from "react";
import { assumedViewer, onViewerKnown } from "../../viewer/index.ts";

const narrow = typeof matchMedia === "function" ? matchMedia("(max-width: 500px)") : null;

function subscribe(onChange: () => void): () => void {
  const stop = onViewerKnown(onChange);
  narrow?.addEventListener("change", onChange);
  return () => {
    stop();
    narrow?.removeEventListener("change", onChange);
  };
}

/** Whether the window is that of a phone: at most 500 px wide. */
export function useIsNarrow(): boolean {
  return useSyncExternalStore(subscribe, () => assumedViewer()?.isNarrow ?? narrow?.matches ?? false);
}
