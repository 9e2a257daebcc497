import { useEffect } from "react";

export type PageState = "running" | "done" | "failed";
const words: Readonly<Record<PageState, string>> = { running: "⋯", done: "✓", failed: "✕" };

/** The tab's title, and its icon, so that a run is watched from another tab. */
export function usePageTitle(title: string, state?: PageState): void {
  useEffect(() => {
    document.title = `${state === undefined ? "" : `${words[state]} `}${title} · Slipway`;
    const icon = document.querySelector<HTMLLinkElement>("link[rel=icon]");
    if (icon) icon.href = `/icons/${state ?? "slipway"}.svg`;
  }, [title, state]);
}
