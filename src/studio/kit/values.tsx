/** Times, durations and sizes in a page: short text, with the exact value in the title. */
import { useSyncExternalStore, type ReactElement } from "react";
import { assumedViewer, onViewerKnown } from "../viewer/index.ts";
import {
  formatBytes,
  formatDateTime,
  formatDuration,
  formatNumber,
  formatRelativeTime,
  formatUtc,
  timeOf,
  type TimePoint,
} from "./format.ts";
import styles from "./values.module.css";

/** What `textAt` says of now, in ms since 1970; drawn again only when it says something else. */
function useClockText(isRunning: boolean, textAt: (now: number) => string): string {
  return useSyncExternalStore(isRunning ? subscribeToClock : neverChanges, () => textAt(Date.now()));
}

const tickers = new Set<() => void>();
let clock: ReturnType<typeof setInterval> | undefined;

/** One clock for all times of the page, which runs while one is shown. */
function subscribeToClock(onTick: () => void): () => void {
  tickers.add(onTick);
  clock ??= setInterval(() => {
    for (const tick of tickers) tick();
  }, 1000);
  return () => {
    tickers.delete(onTick);
    if (tickers.size > 0) return;
    clearInterval(clock);
    clock = undefined;
  };
}

const neverChanges = (): (() => void) => () => undefined;

/** Of the viewer, by name where a page is drawn for one who is not seen; "" for the browser's own. */
function useTimeZone(): string {
  return useSyncExternalStore(onViewerKnown, () => assumedViewer()?.timeZone ?? "");
}

/** "5 min ago", which keeps up with the clock; the title holds the local time and UTC. */
export function RelativeTime({ at }: { readonly at: TimePoint | null | undefined }): ReactElement {
  const ms = timeOf(at);
  const timeZone = useTimeZone();
  const text = useClockText(ms !== null, (now) => formatRelativeTime(ms, now, timeZone));
  if (ms === null) return <span className={styles.none}>–</span>;
  return (
    <time
      className={styles.value}
      dateTime={new Date(ms).toISOString()}
      title={`${formatDateTime(ms, timeZone)} (${formatUtc(ms)})`}
    >
      {text}
    </time>
  );
}

/** "2026-09-04 17:03:59" in the viewer's zone; the title holds UTC. */
export function DateTime({ at }: { readonly at: TimePoint | null | undefined }): ReactElement {
  const ms = timeOf(at);
  const timeZone = useTimeZone();
  if (ms === null) return <span className={styles.none}>–</span>;
  return (
    <time className={styles.value} dateTime={new Date(ms).toISOString()} title={formatUtc(ms)}>
      {formatDateTime(ms, timeZone)}
    </time>
  );
}

export interface DurationProps {
  /** Milliseconds; or the two ends. */
  readonly ms?: number | null;
  readonly from?: TimePoint | null;
  /** Absent while it lasts: the duration then counts on. */
  readonly to?: TimePoint | null;
}

export function Duration({ ms, from, to }: DurationProps): ReactElement {
  const start = timeOf(from);
  const end = timeOf(to);
  const isRunning = ms === undefined && start !== null && end === null;
  const fixed = ms === undefined ? (start === null || end === null ? null : end - start) : ms;
  const text = useClockText(isRunning, (now) => (isRunning ? formatElapsed(now - start) : formatDuration(fixed)));
  if (!isRunning && fixed === null) return <span className={styles.none}>–</span>;
  return (
    <span className={styles.value} title={fixed === null ? undefined : `${formatNumber(Math.round(fixed))} ms`}>
      {text}
    </span>
  );
}

/** Whole seconds of what still runs; a clock of the server that is ahead counts as now. */
function formatElapsed(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  return seconds < 60 ? `${seconds} s` : formatDuration(seconds * 1000);
}

/** "1.54 KB"; the title holds the exact number. */
export function Bytes({ value }: { readonly value: number | null | undefined }): ReactElement {
  if (value === null || value === undefined) return <span className={styles.none}>–</span>;
  return (
    <span className={styles.value} title={`${formatNumber(value)} bytes`}>
      {formatBytes(value)}
    </span>
  );
}
