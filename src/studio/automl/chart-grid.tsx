/** All charts of a model, linked by one threshold. */
import type { ReactElement } from "react";
import {
  CalibrationChart,
  ChartFrame,
  ConfusionMatrix,
  GainChart,
  LiftChart,
  PrecisionRecallChart,
  PredictedTrueChart,
  ResidualsChart,
  RocChart,
  type ClassificationCharts,
  type RegressionCharts,
} from "../charts/index.ts";
import {
  calibrationTable,
  confusionTable,
  gainTable,
  liftTable,
  precisionRecallTable,
  predictedTrueTable,
  residualsTable,
  rocTable,
} from "./chart-tables.ts";
import styles from "./run.module.css";

interface ClassificationProps {
  readonly charts: ClassificationCharts;
  /** Of downloads. */
  readonly fileName: string;
  /** Of two classes; undefined: the model's own labels. */
  readonly threshold: number | undefined;
  readonly onThreshold: (threshold: number) => void;
  /** The confusion matrix shows shares of each true class rather than rows. */
  readonly isNormalised: boolean;
  readonly onNormalised: (isNormalised: boolean) => void;
}

export function ClassificationChartGrid({
  charts,
  fileName,
  threshold,
  onThreshold,
  isNormalised,
  onNormalised,
}: ClassificationProps): ReactElement {
  const isBinary = charts.labels.length === 2 && charts.accuracy_table !== null;
  const linked = isBinary ? { ...(threshold !== undefined && { threshold }), onThreshold } : {};
  const [negative, positive] = charts.labels;
  return (
    <div className={styles.charts}>
      <ChartFrame
        id="confusion"
        title="Confusion matrix"
        description={
          isBinary
            ? `From this probability on, a row is called ${positive}, otherwise ${negative}.`
            : "What was predicted for rows of each class."
        }
        table={confusionTable(charts)}
        fileName={`${fileName}-confusion`}
      >
        <ConfusionMatrix charts={charts} isNormalised={isNormalised} onNormalised={onNormalised} {...linked} />
      </ChartFrame>
      <ChartFrame
        id="roc"
        title="ROC"
        description="What is found against false alarms."
        table={rocTable(charts)}
        fileName={`${fileName}-roc`}
      >
        <RocChart charts={charts} {...linked} />
      </ChartFrame>
      <ChartFrame
        id="precision-recall"
        title="Precision and recall"
        description="How much of what is found is right."
        table={precisionRecallTable(charts)}
        fileName={`${fileName}-precision-recall`}
      >
        <PrecisionRecallChart charts={charts} {...linked} />
      </ChartFrame>
      <RankingCharts charts={charts} fileName={fileName} />
    </div>
  );
}

/** What does not depend on a threshold. */
function RankingCharts({ charts, fileName }: Pick<ClassificationProps, "charts" | "fileName">): ReactElement {
  return (
    <>
      <ChartFrame
        id="calibration"
        title="Calibration"
        description="Whether 70 % means 70 %."
        table={calibrationTable(charts)}
        fileName={`${fileName}-calibration`}
      >
        <CalibrationChart charts={charts} />
      </ChartFrame>
      <ChartFrame
        id="gain"
        title="Cumulative gain"
        description="Who is reached by asking the likeliest first."
        table={gainTable(charts)}
        fileName={`${fileName}-gain`}
      >
        <GainChart charts={charts} />
      </ChartFrame>
      <ChartFrame
        id="lift"
        title="Lift"
        description="How many times better than chance."
        table={liftTable(charts)}
        fileName={`${fileName}-lift`}
      >
        <LiftChart charts={charts} />
      </ChartFrame>
    </>
  );
}

export function RegressionChartGrid(props: {
  readonly charts: RegressionCharts;
  readonly fileName: string;
}): ReactElement {
  const { charts, fileName } = props;
  return (
    <div className={styles.charts}>
      <ChartFrame
        id="predicted-true"
        title="Predicted and true"
        description="The mean prediction for true values of about one size."
        table={predictedTrueTable(charts)}
        fileName={`${fileName}-predicted-true`}
      >
        <PredictedTrueChart charts={charts} />
      </ChartFrame>
      <ChartFrame
        id="residuals"
        title="Residuals"
        description="How far predictions are off."
        table={residualsTable(charts)}
        fileName={`${fileName}-residuals`}
      >
        <ResidualsChart charts={charts} />
      </ChartFrame>
    </div>
  );
}
