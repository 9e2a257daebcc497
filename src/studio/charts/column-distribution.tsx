import type { ReactNode } from "react";
import type { ColumnProfile } from "../../contract/index.ts";
import { clipText, formatPercent, formatValue, textWidth } from "./format.ts";
import { HistogramChart } from "./histogram-chart.tsx";
import { ComparisonLegend } from "./legend.tsx";
import { Plot, type Frame, type PlotPoint } from "./plot.tsx";
import styles from "./plot.module.css";
import { bandScale, linearScale, type Scale } from "./scale.ts";

type Profile = Pick<ColumnProfile, "name" | "rows" | "nulls" | "topValues" | "histogram" | "distinct">;

interface ColumnDistributionProps {
  profile: Profile;
  /** The same column of another version or of the data before. */
  baseline?: Profile;
  /** What the two are called: "target" and "baseline" by default. */
  names?: readonly [own: string, baseline: string];
  /** Of a small multiple; by default a picture of its own. */
  isSmall?: boolean;
  /** Pixels of a histogram; by default 220, or 72 where it is small. Top values need 20 each. */
  height?: number;
}

/** How a column's values are spread: a histogram of numbers, otherwise its most frequent values. */
export function ColumnDistribution(props: ColumnDistributionProps): ReactNode {
  const { profile, baseline, isSmall = false } = props;
  const { histogram, name } = profile;
  if (histogram === null || histogram.counts.length === 0) return <TopValues {...props} />;
  const top = histogram.counts.indexOf(Math.max(...histogram.counts));
  return (
    <HistogramChart
      label={`${name}: most often from ${formatValue(histogram.edges[top])} to ${formatValue(histogram.edges[top + 1])}`}
      {...histogram}
      baseline={baseline?.histogram ?? undefined}
      names={props.names}
      xLabel={isSmall ? undefined : name}
      isSmall={isSmall}
      height={props.height ?? (isSmall ? 72 : 220)}
    />
  );
}

const share = (of: Profile, value: string | number) =>
  (of.topValues.find((top) => top.value === value)?.count ?? 0) / Math.max(1, of.rows);

interface TopValue {
  text: string;
  count: number;
  /** Of the rows. */
  own: number;
  /** Of the baseline's. */
  before: number | undefined;
}

/** The most frequent values with their shares; those of the baseline as a line across. */
function TopValues({ profile, baseline, isSmall = false, names = ["target", "baseline"] }: ColumnDistributionProps) {
  const shown = profile.topValues.slice(0, isSmall ? 4 : 10);
  const rows = shown.map(({ value, count }): TopValue => ({
    text: String(value),
    count,
    own: count / Math.max(1, profile.rows),
    before: baseline && share(baseline, value),
  }));
  const widest = Math.max(0, ...rows.map(({ text }) => textWidth(text) + 10));
  const most = Math.max(...rows.flatMap(({ own, before }) => [own, before ?? 0]), 0) || 1;
  const draw = (outer: Frame) => {
    const left = Math.min(widest, outer.width * 0.45);
    const x = linearScale([0, most], [left, outer.right - 44]);
    const y = bandScale(rows.length, [outer.top, outer.bottom], 0.25);
    return {
      picture: rows.map((row, index) => (
        <Row key={row.text} row={row} left={left} x={x} y={y(index)} height={y.width} />
      )),
      points: rows.map((row, index) => pointOf(row, x(row.own), y(index), y.width, outer.width, names)),
    };
  };
  const first = rows[0];
  return (
    <>
      {baseline && <ComparisonLegend names={names} />}
      <Plot
        label={
          first === undefined
            ? `${profile.name}: no values`
            : `${profile.name}: ${profile.distinct} values, ${first.text} most often (${formatPercent(first.own)})`
        }
        height={rows.length * (isSmall ? 18 : 24) + 2}
        margin={{ left: 0, right: 2, top: 1, bottom: 1 }}
        snap="both"
        columns={1}
        draw={draw}
      />
    </>
  );
}

function Row(props: { row: TopValue; left: number; x: Scale; y: number; height: number }) {
  const { row, left, x, y, height } = props;
  const { text, own, before } = row;
  const mark = before === undefined ? "" : `M${x(before)},${y - 2}v${height + 4}`;
  return (
    <g>
      <text className={styles.value} x={left - 6} y={y + height / 2} dy="0.35em" textAnchor="end">
        {clipText(text === "" ? "(empty)" : text, left - 6)}
      </text>
      <rect
        x={left}
        y={y}
        width={Math.max(1, x(own) - left)}
        height={height}
        rx={2}
        fill="var(--series-1)"
        fillOpacity={0.85}
      />
      {before !== undefined && (
        <g fill="none">
          <path d={mark} stroke="var(--surface-raised)" strokeWidth={6} />
          <path d={mark} stroke="var(--series-2)" strokeWidth={3} />
        </g>
      )}
      <text className={styles.tick} x={x(Math.max(own, before ?? 0)) + 6} y={y + height / 2} dy="0.35em">
        {formatPercent(own)}
      </text>
    </g>
  );
}

function pointOf(
  row: TopValue,
  x: number,
  y: number,
  height: number,
  width: number,
  names: readonly string[],
): PlotPoint {
  const { text, count, own, before } = row;
  const lines: PlotPoint["lines"] = [
    { label: before === undefined ? "Rows" : (names[0] ?? ""), value: formatValue(count), color: "var(--series-1)" },
    { label: "Share", value: formatPercent(own) },
  ];
  if (before !== undefined)
    lines.push({ label: names[1] ?? "", value: formatPercent(before), color: "var(--series-2)" });
  const box = { x: 1, y: y - 2, width: width - 2, height: height + 4 };
  return { x, y: y + height / 2, title: text, lines, dots: [], box };
}
