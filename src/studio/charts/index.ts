/** Charts: pure components, from data to a picture whose values can be had by pointer, keys and ear. */
export { ImportanceChart } from "./bar-chart.tsx";
export { BeeswarmChart, type BeeswarmPoint } from "./beeswarm-chart.tsx";
export { ChartFrame, type ChartFrameProps, type ChartTable } from "./chart-frame.tsx";
export { ColumnDistribution } from "./column-distribution.tsx";
export { ConfusionMatrix } from "./confusion-matrix.tsx";
export { HistogramChart } from "./histogram-chart.tsx";
export { LineChart } from "./line-chart.tsx";
export { CalibrationChart, GainChart, LiftChart, PrecisionRecallChart, RocChart } from "./model-curves.tsx";
export { ParallelCoordinates } from "./parallel-coordinates.tsx";
export { PartialDependenceChart, type PartialDependencePoint } from "./partial-dependence-chart.tsx";
export { paretoFront } from "./pareto.ts";
export { PredictedTrueChart, ResidualsChart } from "./regression-charts.tsx";
export { ScatterChart } from "./scatter-chart.tsx";
export { LeaderboardChart, ProgressChart, type Trial } from "./search-charts.tsx";
export { Sparkline } from "./sparkline.tsx";
export type { ClassificationCharts, RegressionCharts } from "./threshold.ts";
export { TimeSeriesChart } from "./time-series-chart.tsx";
export { TimelineChart, type TimelineRun } from "./timeline-chart.tsx";
