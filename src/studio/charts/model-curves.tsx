/** The curves of a classifier: each class against the rest, and the means of the classes. */
import type { ReactNode } from "react";
import { CurveChart, type Curve } from "./curve-chart.tsx";
import { formatPercent, formatValue } from "./format.ts";
import type { Hiding } from "./legend.tsx";
import { seriesColor, seriesDash } from "./palette.ts";
import type { ClassificationCharts } from "./threshold.ts";

type ClassCurves = NonNullable<ClassificationCharts["classes"][number]["curves"]>;
type MeanCurves = NonNullable<ClassificationCharts["macro"]>;
type Kind = "roc" | "precisionRecall" | "gain" | "lift";

interface ModelCurveProps extends Hiding {
  charts: ClassificationCharts;
  /** Pixels; 280 by default. */
  height?: number;
}

interface ThresholdProps {
  /** Of two classes: the smallest probability of the second that is called so. Marked on the curve. */
  threshold?: number;
  onThreshold?: (threshold: number) => void;
}

type Part<K extends Kind> = ClassCurves[K] | MeanCurves[K];
type Read<K extends Kind> = (part: Part<K>) => Pick<Curve, "xs" | "ys" | "thresholds">;

/** Of two classes the second; of more the means, and each class, thin where there are more than six. */
function curvesOf<K extends Kind>(charts: ClassificationCharts, kind: K, read: Read<K>): Curve[] {
  const classes = charts.classes.flatMap(({ label, curves }) =>
    curves === null ? [] : [{ id: `class ${label}`, label: String(label), part: curves[kind] as Part<K> }],
  );
  const positive = `class ${charts.labels[1]}`;
  const found = classes.filter(({ id }) => charts.labels.length !== 2 || id === positive);
  const means = charts.labels.length === 2 ? [] : (["macro", "micro"] as const);
  const chosen = means.flatMap((mean) => {
    const curves = charts[mean];
    return curves === null ? [] : [{ id: mean, label: `${mean} mean`, part: curves[kind] as Part<K> }];
  });
  return [...chosen, ...found].map(({ id, label, part }, index) => ({
    id,
    label,
    ...read(part),
    ...styleOf(index, found.length > mostColors && index >= chosen.length),
  }));
}

/** More classes than this are all drawn thin and grey. */
const mostColors = 6;

const styleOf = (index: number, isMuted: boolean) =>
  isMuted ? { color: "var(--text-faint)", isMuted } : { color: seriesColor(index), dash: seriesDash(index) };

const firstOf = (charts: ClassificationCharts) =>
  charts.labels.length === 2 ? charts.classes.find(({ label }) => label === charts.labels[1])?.curves : charts.macro;

const diagonal = [
  [0, 0],
  [1, 1],
] as const;

/** Receiver operating characteristic: what is found against what is called positive by mistake. */
export function RocChart({ charts, ...props }: ModelCurveProps & ThresholdProps): ReactNode {
  const curves = curvesOf(charts, "roc", (part) => ({
    xs: part.falsePositiveRate,
    ys: part.truePositiveRate,
    thresholds: "thresholds" in part ? part.thresholds : undefined,
  }));
  return (
    <CurveChart
      {...props}
      label={`ROC curve, area ${formatValue(firstOf(charts)?.roc.area)} of 1`}
      curves={curves}
      xLabel="False positive rate"
      yLabel="True positive rate"
      guide={diagonal}
    />
  );
}

/** What share of what is called positive is so, against what share of the positive is found. */
export function PrecisionRecallChart({ charts, ...props }: ModelCurveProps & ThresholdProps): ReactNode {
  const curves = curvesOf(charts, "precisionRecall", (part) => ({
    xs: part.recall,
    ys: part.precision,
    thresholds: "thresholds" in part ? part.thresholds : undefined,
  }));
  return (
    <CurveChart
      {...props}
      label={`Precision-recall curve, average precision ${formatValue(firstOf(charts)?.precisionRecall.averagePrecision)} of 1`}
      curves={curves}
      xLabel="Recall"
      yLabel="Precision"
    />
  );
}

/** The y value of a curve at x, linear between points. */
function valueAt(xs: readonly number[], ys: readonly number[], x: number): number {
  const after = xs.findIndex((value) => value >= x);
  if (after <= 0) return ys[Math.max(0, after)] ?? 0;
  const [x0, x1] = [xs[after - 1] as number, xs[after] as number];
  const [y0, y1] = [ys[after - 1] as number, ys[after] as number];
  return x1 === x0 ? y1 : y0 + ((x - x0) / (x1 - x0)) * (y1 - y0);
}

/** Cumulative gain: what share of the positive rows is among those with the highest probabilities. */
export function GainChart({ charts, ...props }: ModelCurveProps): ReactNode {
  const first = firstOf(charts)?.gain;
  const found = first ? formatPercent(valueAt(first.share, first.gain, 0.1)) : "unknown";
  return (
    <CurveChart
      {...props}
      label={`Cumulative gain: a tenth of the rows holds ${found} of the positive ones`}
      curves={curvesOf(charts, "gain", (part) => ({ xs: part.share, ys: part.gain }))}
      xLabel="Share of rows"
      yLabel="Share of positive rows"
      guide={diagonal}
    />
  );
}

/** How many times as many positive rows as by chance are among those with the highest probabilities. */
export function LiftChart({ charts, ...props }: ModelCurveProps): ReactNode {
  const curves = curvesOf(charts, "lift", (part) => ({ xs: part.share, ys: part.lift }));
  const first = firstOf(charts)?.lift;
  const most = Math.max(1, ...curves.flatMap(({ ys }) => ys));
  return (
    <CurveChart
      {...props}
      label={`Lift: ${first ? formatValue(valueAt(first.share, first.lift, 0.1)) : "unknown"} times chance in the first tenth of the rows`}
      curves={curves}
      xLabel="Share of rows"
      yLabel="Lift"
      yDomain={[0, Math.ceil(most * 1.05)]}
      guide={[
        [0, 1],
        [1, 1],
      ]}
    />
  );
}

/** Whether 70% means 70%: the share that is positive against the probability that was predicted. */
export function CalibrationChart({ charts, ...props }: ModelCurveProps): ReactNode {
  const shown = charts.classes.filter(({ label }) => charts.labels.length !== 2 || label === charts.labels[1]);
  const curves = shown.flatMap(({ label, curves: own }, index) => {
    if (own === null) return [];
    const { predicted, observed, weight } = own.calibration;
    const most = Math.max(...weight);
    return {
      id: `class ${label}`,
      label: String(label),
      xs: predicted,
      ys: observed,
      sizes: shown.length > mostColors ? undefined : weight.map((value) => value / most),
      ...styleOf(index, shown.length > mostColors),
    };
  });
  const gaps = curves.flatMap(({ xs, ys }) => xs.map((value, bin) => Math.abs(value - (ys[bin] as number))));
  return (
    <CurveChart
      {...props}
      label={`Calibration: predicted and observed shares differ by at most ${formatPercent(Math.max(0, ...gaps))}`}
      curves={curves}
      xLabel="Predicted probability"
      yLabel="Observed share"
      guide={diagonal}
    />
  );
}
