import type { Theme } from "./types.ts";

/** Seconds: a year. */
const kept = 31_536_000;

/** For the server, which draws the next page for this viewer: src/api/studio/viewer.ts reads it. */
export function rememberViewer(theme: Theme): void {
  const isNarrow = matchMedia("(max-width: 500px)").matches;
  const { timeZone } = new Intl.DateTimeFormat().resolvedOptions();
  const text = [theme, isNarrow ? "narrow" : "wide", innerHeight, timeZone].join(" ");
  document.cookie = `slipway-viewer=${encodeURIComponent(text)}; path=/; max-age=${kept}; samesite=strict`;
}
