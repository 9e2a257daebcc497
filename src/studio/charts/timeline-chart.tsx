import { useId, type ReactNode } from "react";
import { clipText, formatDuration, textWidth } from "./format.ts";
import { Plot, type Frame, type PlotPoint } from "./plot.tsx";
import plotStyles from "./plot.module.css";
import { linearScale } from "./scale.ts";
import { formatTime, timeTicks } from "./time.ts";
import { timelineBatches, type TimelineBatch, type TimelineRun } from "./timeline.ts";
import styles from "./timeline-chart.module.css";

export type { TimelineRun } from "./timeline.ts";

interface TimelineChartProps {
  runs: readonly TimelineRun[];
  /** The window, in milliseconds since 1970. */
  from: number;
  to: number;
  /** Marked where it is within the window. */
  now: number;
  /** The runs under a bar: more than one where they stand too near to each other. */
  onSelect?: (ids: string[]) => void;
}

type Status = TimelineRun["status"];

const words: Record<Status, string> = {
  QUEUED: "Queued",
  SCHEDULED: "Scheduled",
  RUNNING: "Running",
  FINISHED: "Finished",
  FAILED: "Failed",
  KILLED: "Cancelled",
};
const icons: Record<Status, string> = {
  QUEUED: "…",
  SCHEDULED: "…",
  RUNNING: "▸",
  FINISHED: "✓",
  FAILED: "✕",
  KILLED: "–",
};
const [laneHeight, barHeight, minWidth] = [30, 18, 6];

/** When runs ran: a bar each, by lanes. */
export function TimelineChart({ runs, from, to, now, onSelect }: TimelineChartProps): ReactNode {
  const pattern = useId().replaceAll(":", "");
  const seen = runs.filter((run) => run.startedAt <= to && (run.endedAt ?? Math.max(now, run.startedAt)) >= from);
  const lanes = [...new Set(seen.map(({ lane }) => lane))];
  const names = Math.max(0, ...lanes.map((lane) => textWidth(lane, 12) + 16));
  const draw = (outer: Frame) => {
    const frame = { ...outer, left: Math.min(names, outer.width * 0.3) };
    const scale = linearScale([from, to], [frame.left, frame.right]);
    const x = (at: number) => Math.min(frame.right, Math.max(frame.left, scale(at)));
    const rows = lanes.map((lane, row): Lane => ({
      lane,
      y: frame.top + row * laneHeight + (laneHeight - barHeight) / 2,
      batches: timelineBatches(
        seen.filter((run) => run.lane === lane),
        x,
        now,
        minWidth,
      ),
    }));
    return {
      picture: (
        <>
          <Hatch id={pattern} />
          <Grid frame={frame} from={from} to={to} x={scale} />
          {rows.map((row) => (
            <LaneMark key={row.lane} row={row} frame={frame} pattern={pattern} />
          ))}
          {now >= from && now <= to && <Now x={scale(now)} frame={frame} />}
        </>
      ),
      points: rows.flatMap(({ lane, y, batches }) => batches.map((batch) => pointOf(batch, lane, y, now))),
    };
  };
  return (
    <>
      <StatusLegend runs={seen} />
      <Plot
        label={summary(seen)}
        height={28 + Math.max(1, lanes.length) * laneHeight + 2}
        margin={{ left: 0, right: 8, top: 28, bottom: 2 }}
        snap="both"
        draw={draw}
        onSelect={onSelect && ((_, { ids = [] }) => onSelect([...ids]))}
      />
    </>
  );
}

interface Lane {
  lane: string;
  /** Of its bars, in pixels. */
  y: number;
  batches: TimelineBatch[];
}

function LaneMark({ row, frame, pattern }: { row: Lane; frame: Frame; pattern: string }) {
  const { lane, y, batches } = row;
  const edge = y + barHeight + (laneHeight - barHeight) / 2;
  return (
    <g>
      <text className={plotStyles.value} fontSize={12} x={0} y={y + barHeight / 2} dy="0.35em">
        {clipText(lane, frame.left - 10, 12)}
      </text>
      <line className={plotStyles.grid} x1={0} x2={frame.right} y1={edge} y2={edge} />
      {batches.map((batch) => (
        <Bar key={batch.from} batch={batch} y={y} pattern={pattern} />
      ))}
    </g>
  );
}

const pointOf = (batch: TimelineBatch, lane: string, y: number, now: number): PlotPoint => ({
  x: (batch.from + batch.to) / 2,
  y: y + barHeight / 2,
  title: batch.runs.length > 1 ? `${batch.runs.length} runs of ${lane}` : (batch.runs[0]?.label ?? ""),
  lines: linesOf(batch, now),
  ids: batch.runs.map(({ id }) => id),
  dots: [],
  box: { x: batch.from - 1.5, y: y - 1.5, width: batch.to - batch.from + 3, height: barHeight + 3 },
});

function countsOf(runs: readonly TimelineRun[]): [Status, number][] {
  const counts = new Map<Status, number>();
  for (const { status } of runs) counts.set(status, (counts.get(status) ?? 0) + 1);
  return [...counts];
}

const summary = (runs: readonly TimelineRun[]): string =>
  runs.length === 0
    ? "No runs in this time"
    : `${runs.length} runs: ${countsOf(runs)
        .map(([status, count]) => `${count} ${words[status].toLowerCase()}`)
        .join(", ")}`;

/** A run's state and times; of many the first five. */
function linesOf({ runs }: TimelineBatch, now: number) {
  const [run] = runs;
  if (runs.length === 1 && run !== undefined)
    return [
      { label: "State", value: words[run.status] },
      { label: "Started", value: formatTime(run.startedAt) },
      { label: "Took", value: formatDuration((run.endedAt ?? Math.max(now, run.startedAt)) - run.startedAt) },
    ];
  const shown = runs.slice(0, 5).map(({ label, status }) => ({ label, value: words[status] }));
  return runs.length > 5 ? [...shown, { label: `and ${runs.length - 5} more`, value: "" }] : shown;
}

function Hatch({ id }: { id: string }) {
  return (
    <defs>
      <pattern id={id} width={6} height={6} patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
        <rect width={6} height={6} fill="var(--fail)" />
        <line x1={0} x2={0} y1={0} y2={6} stroke="var(--surface-raised)" strokeWidth={1.5} strokeOpacity={0.5} />
      </pattern>
    </defs>
  );
}

function Grid({ frame, from, to, x }: { frame: Frame; from: number; to: number; x: (at: number) => number }) {
  const count = Math.max(2, Math.floor((frame.right - frame.left) / 60));
  return timeTicks(from, to, count).map(({ value, label }) => {
    const half = textWidth(label) / 2;
    return (
      <g key={value}>
        <line className={plotStyles.grid} x1={x(value)} x2={x(value)} y1={frame.top - 4} y2={frame.bottom} />
        <text
          className={plotStyles.tick}
          x={Math.min(frame.width - half, Math.max(frame.left + half, x(value)))}
          y={12}
          textAnchor="middle"
        >
          {label}
        </text>
      </g>
    );
  });
}

function Bar({ batch, y, pattern }: { batch: TimelineBatch; y: number; pattern: string }) {
  const { status, runs, from, to } = batch;
  const width = to - from;
  const text = runs.length > 1 ? String(runs.length) : icons[status];
  return (
    <g className={styles.bar} data-status={status}>
      <rect
        x={from}
        y={y}
        width={width}
        height={barHeight}
        rx={3}
        fill={status === "FAILED" ? `url(#${pattern})` : undefined}
      />
      {width > textWidth(text) + 4 && (
        <g>
          {status === "FAILED" && (
            <circle className={styles.backing} cx={from + width / 2} cy={y + barHeight / 2} r={7} />
          )}
          <text x={from + width / 2} y={y + barHeight / 2} dy="0.35em" textAnchor="middle">
            {text}
          </text>
        </g>
      )}
    </g>
  );
}

function Now({ x, frame }: { x: number; frame: Frame }) {
  const half = 15;
  return (
    <g>
      <line className={styles.now} x1={x} x2={x} y1={frame.top - 6} y2={frame.bottom} />
      <rect
        className={styles.flag}
        x={Math.min(frame.width - 2 * half, x - half)}
        y={1}
        width={2 * half}
        height={16}
        rx={4}
      />
      <text className={styles.word} x={Math.min(frame.width - half, x)} y={13} textAnchor="middle">
        Now
      </text>
    </g>
  );
}

function StatusLegend({ runs }: { runs: readonly TimelineRun[] }) {
  return (
    <ul className={plotStyles.legend}>
      {countsOf(runs).map(([status, count]) => (
        <li key={status} className={plotStyles.entry}>
          <span className={styles.icon} data-status={status} aria-hidden="true">
            {icons[status]}
          </span>
          {`${words[status]} ${count}`}
        </li>
      ))}
    </ul>
  );
}
