/** What columns did to the answers of single rows, and to the answer on average. */
import type { ReactElement } from "react";
import type { ColumnEffects } from "../../contract/index.ts";
import { BeeswarmChart, ChartFrame, PartialDependenceChart } from "../charts/index.ts";
import { Select, formatNumber } from "../kit/index.ts";
import { useRunSearch } from "../runs/index.ts";
import { dependencePoints, labelOf, scaleWords, swarmPoints } from "./effects.ts";
import styles from "./run.module.css";

export interface EffectsChartsProps {
  readonly effects: ColumnEffects;
  readonly target: string;
  /** Column that is shown where none is chosen. */
  readonly first: string | undefined;
  /** Of downloads. */
  readonly fileName: string;
}

export function EffectsCharts({ effects, target, first, fileName }: EffectsChartsProps): ReactElement {
  const [{ find, class: chosen }, change] = useRunSearch();
  const { label, output } = labelOf(effects, chosen);
  const column = effects.columns.find(({ name }) => name === (find ?? first)) ?? effects.columns[0];
  const name = effects.labels[label] ?? target;
  const points = swarmPoints(effects, output);
  return (
    <>
      {effects.labels.length > 2 && (
        <div className={styles.choice}>
          <Select
            label="Class"
            options={effects.labels.map((id) => ({ id, label: id }))}
            value={name}
            onChange={(id) => change({ class: id }, { replace: true })}
          />
        </div>
      )}
      {points.length === 0 && (
        <p>What columns did to single rows is not known: the model has a member that is no tree and not linear.</p>
      )}
      {points.length > 0 && (
        <ChartFrame
          id="contributions"
          title="What each column did to single rows"
          description={`A dot a row, of ${formatNumber(effects.rows)}: how far knowing the column moved ${effects.outputs[output] ?? target}, in ${scaleWords[effects.scale ?? "value"]}; its colour is the column's value.`}
          fileName={`${fileName}-contributions`}
          table={{
            columns: ["column", "value", "contribution"],
            rows: points.map((point) => [point.column, point.text ?? null, point.contribution]),
          }}
        >
          <BeeswarmChart points={points} onSelect={(found) => change({ find: found }, { replace: true })} />
        </ChartFrame>
      )}
      {column && (
        <div className={styles.charts}>
          <Dependence column={column} label={label} name={name} fileName={fileName} />
        </div>
      )}
    </>
  );
}

interface DependenceProps {
  readonly column: ColumnEffects["columns"][number];
  readonly label: number;
  readonly name: string;
  readonly fileName: string;
}

function Dependence({ column, label, name, fileName }: DependenceProps): ReactElement | null {
  const points = dependencePoints(column, label);
  if (points.length === 0) return null;
  return (
    <ChartFrame
      id="dependence"
      title={`Partial dependence on ${column.name}`}
      description="The mean answer, with every row's value replaced by this one. Another column: click it above."
      fileName={`${fileName}-${column.name}-dependence`}
      table={{ columns: [column.name, name], rows: points.map(({ value, prediction }) => [value, prediction]) }}
    >
      <PartialDependenceChart column={column.name} outputLabel={name} points={points} />
    </ChartFrame>
  );
}
