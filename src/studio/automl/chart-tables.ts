/** The numbers of a model's charts as tables. */
import type { ChartTable, ClassificationCharts, RegressionCharts } from "../charts/index.ts";

type Rows = (string | number | null)[][];
type Curves = NonNullable<ClassificationCharts["classes"][number]["curves"]>;
type MeanCurves = NonNullable<ClassificationCharts["macro"]>;

/** Of each class, and of the means. */
function eachCurve(charts: ClassificationCharts, read: (name: string, curves: Curves | MeanCurves) => Rows): Rows {
  return [
    ...charts.classes.flatMap(({ label, curves }) => (curves === null ? [] : read(String(label), curves))),
    ...(charts.micro ? read("micro", charts.micro) : []),
    ...(charts.macro ? read("macro", charts.macro) : []),
  ];
}

export function confusionTable({ confusion_matrix: { data } }: ClassificationCharts): ChartTable {
  const rows = data.matrix.map((counts, at) => [data.class_labels[at] ?? "", ...counts]);
  return { columns: ["true \\ predicted", ...data.class_labels], rows };
}

export function rocTable(charts: ClassificationCharts): ChartTable {
  const rows = eachCurve(charts, (name, { roc }) => {
    const thresholds = "thresholds" in roc ? roc.thresholds : [];
    return roc.falsePositiveRate.map((x, at) => [name, x, roc.truePositiveRate[at] ?? null, thresholds[at] ?? null]);
  });
  return { columns: ["class", "false positive rate", "true positive rate", "threshold"], rows };
}

export function precisionRecallTable(charts: ClassificationCharts): ChartTable {
  const rows = eachCurve(charts, (name, { precisionRecall }) => {
    const thresholds = "thresholds" in precisionRecall ? precisionRecall.thresholds : [];
    return precisionRecall.recall.map((x, at) => [
      name,
      x,
      precisionRecall.precision[at] ?? null,
      thresholds[at] ?? null,
    ]);
  });
  return { columns: ["class", "recall", "precision", "threshold"], rows };
}

export function gainTable(charts: ClassificationCharts): ChartTable {
  const rows = eachCurve(charts, (name, { gain }) => gain.share.map((x, at) => [name, x, gain.gain[at] ?? null]));
  return { columns: ["class", "share of rows", "gain"], rows };
}

export function liftTable(charts: ClassificationCharts): ChartTable {
  const rows = eachCurve(charts, (name, { lift }) => lift.share.map((x, at) => [name, x, lift.lift[at] ?? null]));
  return { columns: ["class", "share of rows", "lift"], rows };
}

export function calibrationTable(charts: ClassificationCharts): ChartTable {
  const rows = eachCurve(charts, (name, curves) => {
    if (!("calibration" in curves)) return [];
    const { predicted, observed, weight } = curves.calibration;
    return predicted.map((x, at) => [name, x, observed[at] ?? null, weight[at] ?? null]);
  });
  return { columns: ["class", "mean probability", "share that is so", "rows"], rows };
}

export function residualsTable({ residuals: { data } }: RegressionCharts): ChartTable {
  const rows = data.bin_counts.map((count, at) => [data.bin_edges[at] ?? null, data.bin_edges[at + 1] ?? null, count]);
  return { columns: ["from", "to", "rows"], rows };
}

export function predictedTrueTable({ predicted_true: { data } }: RegressionCharts): ChartTable {
  const rows = data.bin_counts.map((count, at) => [
    data.bin_edges[at] ?? null,
    data.bin_edges[at + 1] ?? null,
    count,
    data.bin_averages[at] ?? null,
    data.bin_errors[at] ?? null,
  ]);
  return { columns: ["true from", "true to", "rows", "mean prediction", "standard deviation"], rows };
}
