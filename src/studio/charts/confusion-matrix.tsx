import { useId, type ReactNode } from "react";
import { BarChart } from "./bar-chart.tsx";
import styles from "./confusion-matrix.module.css";
import { clipText, formatPercent, formatValue, textWidth } from "./format.ts";
import { rampColor } from "./palette.ts";
import { Plot, type Frame, type PlotPoint } from "./plot.tsx";
import plotStyles from "./plot.module.css";
import {
  confusedPairs,
  outcomeAt,
  outcomeRates,
  type ClassificationCharts,
  type Outcome,
  type OutcomeRates,
} from "./threshold.ts";

interface ConfusionMatrixProps {
  charts: ClassificationCharts;
  /** Of two classes: the smallest probability of the second that is called so; by default the model's own labels. */
  threshold?: number;
  /** Shows the slider. */
  onThreshold?: (threshold: number) => void;
  /** Shares of each true class rather than rows. */
  isNormalised?: boolean;
  /** Shows the switch. */
  onNormalised?: (isNormalised: boolean) => void;
}

/** Larger ones are shown as the pairs that are confused most. */
const mostClasses = 20;

/** What was predicted for rows of each true class. */
export function ConfusionMatrix(props: ConfusionMatrixProps): ReactNode {
  const { charts, onThreshold, onNormalised, isNormalised = false } = props;
  const labels = charts.labels.map(String);
  const isBinary = labels.length === 2 && charts.accuracy_table !== null;
  const outcome =
    isBinary && props.threshold !== undefined && charts.accuracy_table !== null
      ? outcomeAt(charts.accuracy_table, 1, props.threshold)
      : undefined;
  const matrix = outcome ? matrixOf(outcome) : charts.confusion_matrix.data.matrix;
  if (labels.length > mostClasses) return <ConfusedPairs labels={labels} matrix={matrix} />;
  return (
    <div className={styles.matrix}>
      {onNormalised && (
        <fieldset className={styles.switch}>
          <legend>Cells show</legend>
          {[false, true].map((value) => (
            <label key={String(value)}>
              <input type="radio" checked={isNormalised === value} onChange={() => onNormalised(value)} />
              <span>{value ? "Share of true class" : "Rows"}</span>
            </label>
          ))}
        </fieldset>
      )}
      <Matrix labels={labels} matrix={matrix} isNormalised={isNormalised} />
      {isBinary && onThreshold && (
        <Threshold
          value={props.threshold ?? 0.5}
          label={labels[1] as string}
          rates={outcomeRates(outcome ?? outcomeOf(matrix))}
          onChange={onThreshold}
        />
      )}
    </div>
  );
}

const matrixOf = ({ truePositives, falsePositives, trueNegatives, falseNegatives }: Outcome): number[][] => [
  [trueNegatives, falsePositives],
  [falseNegatives, truePositives],
];

const outcomeOf = (matrix: readonly (readonly number[])[]): Outcome => ({
  trueNegatives: matrix[0]?.[0] ?? 0,
  falsePositives: matrix[0]?.[1] ?? 0,
  falseNegatives: matrix[1]?.[0] ?? 0,
  truePositives: matrix[1]?.[1] ?? 0,
});

interface Cell {
  actual: number;
  predicted: number;
  count: number;
  share: number;
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

const cellsOf = (matrix: readonly (readonly number[])[]): Cell[] =>
  matrix.flatMap((row, actual) => {
    const total = sum(row) || 1;
    return row.map((count, predicted) => ({ actual, predicted, count, share: count / total }));
  });

function pointOf(cell: Cell, labels: string[], x: number, y: number, width: number, height: number): PlotPoint {
  return {
    x: x + width / 2,
    y: y + height / 2,
    title: `True ${labels[cell.actual]}, predicted ${labels[cell.predicted]}`,
    lines: [
      { label: "Rows", value: formatValue(cell.count) },
      { label: "Of the true class", value: formatPercent(cell.share) },
    ],
    dots: [],
    box: { x, y, width, height },
  };
}

function Matrix(props: { labels: string[]; matrix: readonly (readonly number[])[]; isNormalised: boolean }) {
  const { labels, matrix, isNormalised } = props;
  const cells = cellsOf(matrix);
  const all = sum(cells.map(({ count }) => count));
  const right = sum(matrix.map((row, index) => row[index] ?? 0));
  const size = labels.length;
  const cellHeight = size <= 3 ? 64 : size <= 8 ? 40 : 26;
  const names = Math.max(...labels.map((label) => textWidth(label) + 14));
  const isSlanted = size > 5;
  // Slanted by 45 degrees a name takes as much room to the right as above.
  const slant = isSlanted ? Math.min(64, names * 0.71) : 0;
  const draw = (outer: Frame) => {
    const left = Math.min(names + 18, outer.width * 0.34);
    const width = Math.min((outer.right - left) / size, 180);
    const frame = { ...outer, left, right: left + width * size };
    return {
      picture: (
        <>
          <Headings labels={labels} frame={frame} width={width} height={cellHeight} isSlanted={isSlanted} />
          {cells.map((cell) => (
            <CellMark
              key={`${cell.actual} ${cell.predicted}`}
              cell={cell}
              texts={textsOf(cell, size, isNormalised)}
              x={left + cell.predicted * width}
              y={frame.top + cell.actual * cellHeight}
              width={width}
              height={cellHeight}
            />
          ))}
        </>
      ),
      points: cells.map((cell) =>
        pointOf(cell, labels, left + cell.predicted * width, frame.top + cell.actual * cellHeight, width, cellHeight),
      ),
    };
  };
  return (
    <Plot
      label={`Confusion matrix: ${formatValue(right)} of ${formatValue(all)} rows right (${formatPercent(right / (all || 1))})`}
      height={44 + slant + size * cellHeight + 4}
      margin={{ left: 0, right: 2 + slant * 0.8, top: 44 + slant, bottom: 4 }}
      snap="both"
      columns={size}
      draw={draw}
    />
  );
}

/** What a cell says, the longest first: the first that fits is shown. In larger matrices 0 is left out. */
function textsOf(cell: Cell, size: number, isNormalised: boolean): string[] {
  if (cell.count === 0 && size > 5) return [];
  if (!isNormalised) return [formatValue(cell.count)];
  const whole = Math.round(cell.share * 100);
  return [formatPercent(cell.share), `${whole}%`, whole === 0 ? "" : String(whole)].slice(size > 5 ? 2 : 0);
}

function Headings(props: { labels: string[]; frame: Frame; width: number; height: number; isSlanted: boolean }) {
  const { labels, frame, width, height, isSlanted } = props;
  const placed = (x: number) =>
    isSlanted
      ? { transform: `translate(${x - 3},${frame.top - 6}) rotate(-45)` }
      : { x, y: frame.top - 8, textAnchor: "middle" as const };
  return (
    <g>
      <text className={plotStyles.axis} x={frame.left} y={12}>
        Predicted →
      </text>
      <text className={plotStyles.axis} x={frame.left - 8} y={frame.top - 8} textAnchor="end">
        True ↓
      </text>
      {labels.map((label, index) => (
        <g key={label}>
          <text className={plotStyles.value} {...placed(frame.left + (index + 0.5) * width)}>
            {clipText(label, isSlanted ? 80 : width - 4)}
          </text>
          <text
            className={plotStyles.value}
            x={frame.left - 8}
            y={frame.top + (index + 0.5) * height}
            dy="0.35em"
            textAnchor="end"
          >
            {clipText(label, frame.left - 10)}
          </text>
        </g>
      ))}
    </g>
  );
}

function CellMark(props: { cell: Cell; texts: string[]; x: number; y: number; width: number; height: number }) {
  const { cell, texts, x, y, width, height } = props;
  const color = rampColor(cell.share);
  const size = width > 60 && height > 50 ? 14 : 11;
  const text = texts.find((candidate) => textWidth(candidate, size) < width - 2) ?? "";
  return (
    <g>
      <rect x={x + 1} y={y + 1} width={Math.max(1, width - 2)} height={height - 2} rx={3} fill={color.fill} />
      {text !== "" && (
        <text
          x={x + width / 2}
          y={y + height / 2}
          dy="0.35em"
          textAnchor="middle"
          fontSize={size}
          fontWeight={cell.actual === cell.predicted ? 600 : 400}
          fill={color.text}
        >
          {text}
        </text>
      )}
    </g>
  );
}

function ConfusedPairs({ labels, matrix }: { labels: string[]; matrix: readonly (readonly number[])[] }) {
  const pairs = confusedPairs(matrix, 20);
  const [first] = pairs;
  if (first === undefined) return <p className={styles.note}>No row of the {labels.length} classes is confused.</p>;
  const name = (index: number) => labels[index] as string;
  return (
    <>
      <p className={styles.note}>
        {labels.length} classes are too many for a matrix: these are the pairs that are confused most. The table has
        all.
      </p>
      <BarChart
        label={`Most confused: ${name(first.actual)} is taken for ${name(first.predicted)} in ${formatValue(first.count)} rows`}
        bars={pairs.map(({ actual, predicted, count }) => ({
          id: `${actual} ${predicted}`,
          label: `${name(actual)} as ${name(predicted)}`,
          value: count,
        }))}
        valueLabel="Rows"
      />
    </>
  );
}

function Threshold(props: {
  value: number;
  label: string;
  rates: OutcomeRates;
  onChange: (threshold: number) => void;
}) {
  const { value, label, rates, onChange } = props;
  const id = useId();
  const shown = [
    ["Precision", rates.precision],
    ["Recall", rates.recall],
    ["F1", rates.f1],
    ["Accuracy", rates.accuracy],
  ] as const;
  return (
    <div className={styles.threshold}>
      <label htmlFor={id}>
        <span>
          Called <b>{label}</b> from a probability of
        </span>
        <output htmlFor={id}>{value.toFixed(2)}</output>
      </label>
      <input
        id={id}
        type="range"
        min={0}
        max={1}
        step={0.01}
        value={value}
        onChange={(event) => onChange(Number(event.currentTarget.value))}
      />
      <dl>
        {shown.map(([name, rate]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{rate === null ? "–" : formatPercent(rate)}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}
