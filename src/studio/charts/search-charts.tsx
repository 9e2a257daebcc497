/** Charts of a search for the best model. */
import type { ReactNode } from "react";
import type { LeaderboardEntry } from "../../contract/index.ts";
import { AxisBelow, AxisBeside, marginFor, ticksBelow, ticksBeside } from "./axes.tsx";
import { formatTicks, formatValue } from "./format.ts";
import { Legend, type LegendEntry } from "./legend.tsx";
import { paretoFront } from "./pareto.ts";
import { Plot, type Frame, type PlotPoint } from "./plot.tsx";
import { linearScale, type Scale } from "./scale.ts";
import { ScatterChart } from "./scatter-chart.tsx";

/** Azure ML's metrics whose name says error, loss or deviation are better when less; all others when more. */
const isHigherBetter = (metric: string): boolean => !/error|loss|deviation/i.test(metric);

interface LeaderboardModel extends Pick<LeaderboardEntry, "name" | "value" | "predictMicrosPerRow"> {
  id: string;
}

interface LeaderboardChartProps {
  models: readonly LeaderboardModel[];
  /** Primary metric, by Azure ML's name. */
  metric: string;
  selected?: string;
  onSelect?: (id: string) => void;
  /** Pixels; 280 by default. */
  height?: number;
}

/** How good models are against how long a row takes them: those that no other beats in both are joined. */
export function LeaderboardChart({ models, metric, ...props }: LeaderboardChartProps): ReactNode {
  const isMore = isHigherBetter(metric);
  const timed = models.filter(({ value }) => Number.isFinite(value));
  const front = paretoFront(
    timed.map(({ value, predictMicrosPerRow }) => ({ cost: predictMicrosPerRow, gain: isMore ? value : -value })),
  ).map((index) => (timed[index] as LeaderboardModel).id);
  const best = timed.toSorted((a, b) => (isMore ? b.value - a.value : a.value - b.value))[0];
  return (
    <ScatterChart
      {...props}
      label={
        best === undefined
          ? "No models"
          : `Models by ${metric} and time: best ${best.name} with ${formatValue(best.value)} at ${formatValue(best.predictMicrosPerRow)} microseconds a row`
      }
      points={timed.map(({ id, name, value, predictMicrosPerRow }) => ({
        id,
        label: name,
        x: Math.max(0.01, predictMicrosPerRow),
        y: value,
      }))}
      xLabel="Microseconds a row"
      yLabel={metric}
      isLog
      front={front}
      frontLabel="No model is better and faster"
    />
  );
}

export interface Trial {
  /** Counted from 0. */
  trial: number;
  name: string;
  /** The primary metric; null: no model. */
  value: number | null;
}

interface ProgressChartProps {
  trials: readonly Trial[];
  /** Primary metric, by Azure ML's name. */
  metric: string;
  /** A trial's number. */
  selected?: number;
  onSelect?: (trial: number) => void;
  /** Pixels; 240 by default. */
  height?: number;
}

function bestSoFar(trials: readonly Trial[], isMore: boolean): (number | null)[] {
  const bests: (number | null)[] = [];
  for (const { value } of trials) {
    const best = bests.at(-1) ?? null;
    const isBetter = value !== null && (best === null || (isMore ? value > best : value < best));
    bests.push(isBetter ? value : best);
  }
  return bests;
}

/** The metric of each trial, and the best so far as steps. Trials without a model stand as crosses below. */
export function ProgressChart(props: ProgressChartProps): ReactNode {
  const { metric, selected, onSelect, height = 240 } = props;
  const trials = props.trials.toSorted((a, b) => a.trial - b.trial);
  const values = trials.flatMap(({ value }) => (value === null ? [] : [value]));
  const yDomain = values.length > 0 ? ([Math.min(...values), Math.max(...values)] as const) : ([0, 1] as const);
  const bests = bestSoFar(trials, isHigherBetter(metric));
  const draw = (frame: Frame) => {
    const last = Math.max(1, trials.at(-1)?.trial ?? 1);
    const x = linearScale([0, last], [frame.left + 6, frame.right - 4]);
    const y = linearScale(yDomain, [frame.bottom - 8, frame.top], 5);
    const level = (value: number | null) => (value === null ? frame.bottom - 8 : y(value));
    const ticks = ticksBelow(x, frame).filter(({ label }) => /^[\d,]+$/.test(label));
    return {
      picture: (
        <>
          <AxisBeside frame={frame} ticks={ticksBeside(y, frame)} label={metric} />
          <AxisBelow frame={frame} ticks={ticks} label="Trial" />
          <BestLine trials={trials} bests={bests} x={x} y={y} end={frame.right} />
          {trials.map(({ trial, value }, index) => (
            <TrialMark
              key={trial}
              x={x(trial)}
              y={level(value)}
              hasModel={value !== null}
              isBest={value === bests[index] && value !== bests[index - 1]}
              isSelected={selected === trial}
            />
          ))}
        </>
      ),
      points: trials.map((trial, index) =>
        pointOf(trial, bests[index] ?? null, x(trial.trial), level(trial.value), metric),
      ),
    };
  };
  return (
    <>
      <Legend entries={progressLegend} />
      <Plot
        label={`Progress over ${trials.length} trials: best ${metric} ${formatValue(bests.at(-1))}`}
        height={height}
        margin={{ left: marginFor(formatTicks(linearScale(yDomain, [0, 1], 5).ticks(6))), top: 26, bottom: 40 }}
        crosshair
        draw={draw}
        onSelect={onSelect && ((index) => onSelect((trials[index] as Trial).trial))}
      />
    </>
  );
}

const progressLegend: LegendEntry[] = [
  { id: "best", label: "Best so far", color: "var(--series-1)", shape: "line" },
  { id: "trial", label: "Trial", color: "var(--series-1)", shape: "ring" },
];

interface BestLineProps {
  trials: readonly Trial[];
  bests: readonly (number | null)[];
  x: Scale;
  y: Scale;
  end: number;
}

function BestLine({ trials, bests, x, y, end }: BestLineProps) {
  let steps = "";
  for (const [index, value] of bests.entries()) {
    const at = x((trials[index] as Trial).trial);
    if (value !== null) steps += steps === "" ? `M${at},${y(value)}` : `H${at}V${y(value)}`;
  }
  if (steps === "") return null;
  return <path d={`${steps}H${end}`} fill="none" stroke="var(--series-1)" strokeWidth={2} />;
}

function TrialMark(props: { x: number; y: number; hasModel: boolean; isBest: boolean; isSelected: boolean }) {
  const { x, y, hasModel, isBest, isSelected } = props;
  if (!hasModel) return <path d={`M${x - 3},${y - 3}l6,6m0,-6l-6,6`} stroke="var(--fail)" strokeWidth={1.5} />;
  return (
    <circle
      cx={x}
      cy={y}
      r={isSelected ? 6 : 3.5}
      fill={isBest ? "var(--series-1)" : "var(--surface-raised)"}
      stroke="var(--series-1)"
      strokeWidth={isSelected ? 2.5 : 1.25}
    />
  );
}

const pointOf = (
  { trial, name, value }: Trial,
  best: number | null,
  x: number,
  y: number,
  metric: string,
): PlotPoint => ({
  x,
  y,
  title: `Trial ${trial}: ${name}`,
  lines: [
    { label: metric, value: value === null ? "no model" : formatValue(value), color: "var(--series-1)" },
    { label: "Best so far", value: formatValue(best) },
  ],
});
