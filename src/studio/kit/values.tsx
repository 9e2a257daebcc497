/** Times, durations and sizes in a page: short text, with the exact value in the title. */
import { useEffect, useState, type ReactElement } from "react";
import {
  formatBytes,
  formatDateTime,
  formatDuration,
  formatNumber,
  formatRelativeTime,
  formatUtc,
  relativeTimeStep,
  timeOf,
  type TimePoint,
} from "./format.ts";
import styles from "./values.module.css";

/** Now, in ms; asked for again by itself after `step` ms of it. */
function useNow(stepAt: (now: number) => number | null): number {
  const [now, setNow] = useState(Date.now);
  const step = stepAt(now);
  useEffect(() => {
    if (step === null) return;
    const timer = setTimeout(() => setNow(Date.now()), step);
    return () => clearTimeout(timer);
  }, [now, step]);
  return now;
}

/** "5 min ago", which keeps up with the clock; the title holds the local time and UTC. */
export function RelativeTime({ at }: { readonly at: TimePoint | null | undefined }): ReactElement {
  const ms = timeOf(at);
  const now = useNow((now) => (ms === null ? null : relativeTimeStep(ms, now)));
  if (ms === null) return <span className={styles.none}>–</span>;
  return (
    <time className={styles.value} dateTime={new Date(ms).toISOString()} title={timeTitle(ms)}>
      {formatRelativeTime(ms, now)}
    </time>
  );
}

/** "2026-09-04 17:03:59" in the viewer's zone; the title holds UTC. */
export function DateTime({ at }: { readonly at: TimePoint | null | undefined }): ReactElement {
  const ms = timeOf(at);
  if (ms === null) return <span className={styles.none}>–</span>;
  return (
    <time className={styles.value} dateTime={new Date(ms).toISOString()} title={formatUtc(ms)}>
      {formatDateTime(ms)}
    </time>
  );
}

function timeTitle(ms: number): string {
  return `${formatDateTime(ms)} (${formatUtc(ms)})`;
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
  const now = useNow((now) => (isRunning && start !== null ? (now - start < 3_600_000 ? 1000 : 60_000) : null));
  const elapsed = ms === undefined ? (start === null ? null : (end ?? Math.max(now, start)) - start) : ms;
  if (elapsed === null) return <span className={styles.none}>–</span>;
  const shown = isRunning ? Math.floor(elapsed / 1000) * 1000 : elapsed;
  return (
    <span className={styles.value} title={`${formatNumber(Math.round(elapsed))} ms`}>
      {isRunning ? formatDuration(shown).replace(".0 s", " s") : formatDuration(shown)}
    </span>
  );
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
