/** Charts: pure components, from data to a picture whose values can be had by pointer, keys and ear. */
export { BarChart, ImportanceChart, type Bar, type BarChartProps, type ImportanceChartProps } from "./bar-chart.tsx";
export { BeeswarmChart, type BeeswarmChartProps, type BeeswarmPoint } from "./beeswarm-chart.tsx";
export { ChartFrame, type ChartFrameProps, type ChartTable } from "./chart-frame.tsx";
export { ColumnDistribution, type ColumnDistributionProps } from "./column-distribution.tsx";
export { ConfusionMatrix, type ConfusionMatrixProps } from "./confusion-matrix.tsx";
export { HistogramChart, type Histogram, type HistogramChartProps } from "./histogram-chart.tsx";
export { LineChart, type ChartMarker, type LineChartProps, type LineSeries } from "./line-chart.tsx";
export {
  CalibrationChart,
  GainChart,
  LiftChart,
  PrecisionRecallChart,
  RocChart,
  type ModelCurveProps,
  type ThresholdProps,
} from "./model-curves.tsx";
export {
  ParallelCoordinates,
  type ParallelAxis,
  type ParallelCoordinatesProps,
  type ParallelRun,
} from "./parallel-coordinates.tsx";
export {
  PartialDependenceChart,
  type PartialDependenceChartProps,
  type PartialDependencePoint,
} from "./partial-dependence-chart.tsx";
export { paretoFront } from "./pareto.ts";
export { PredictedTrueChart, ResidualsChart, type RegressionChartProps } from "./regression-charts.tsx";
export { ScatterChart, type ScatterChartProps, type ScatterPoint } from "./scatter-chart.tsx";
export {
  isHigherBetter,
  LeaderboardChart,
  ProgressChart,
  type LeaderboardChartProps,
  type LeaderboardModel,
  type ProgressChartProps,
  type Trial,
} from "./search-charts.tsx";
export { Sparkline, type SparklineProps } from "./sparkline.tsx";
export type { ClassificationCharts, RegressionCharts } from "./threshold.ts";
export { TimeSeriesChart, type TimeSeriesChartProps } from "./time-series-chart.tsx";
export { TimelineChart, type TimelineChartProps, type TimelineRun } from "./timeline-chart.tsx";
