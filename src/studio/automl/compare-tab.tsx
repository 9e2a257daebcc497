import type { ReactElement } from "react";
import { EmptyState, Icon, formatNumber } from "../kit/index.ts";
import { useRunSearch } from "../runs/index.ts";
import { isLessBetter } from "./choices.ts";
import type { Model } from "./leaderboard.ts";
import type { RunFacts } from "./run-data.ts";
import styles from "./run.module.css";

/** Columns of the table; the selected model is one of them wherever it stands. */
const mostModels = 8;

/** The best models beside each other: each metric with the best value marked, then what they are made of. */
export function CompareTab({ facts }: { readonly facts: RunFacts }): ReactElement {
  const [{ sel }] = useRunSearch();
  const { models, metric } = facts;
  if (models.length < 2)
    return (
      <EmptyState title="Nothing to compare yet">With two models or more they stand here side by side.</EmptyState>
    );
  const selected = models.find(({ trial }) => String(trial) === sel);
  const best = models.slice(0, mostModels);
  const shown = selected && !best.includes(selected) ? [...best.slice(0, -1), selected] : best;
  const metrics = metricNames(shown, metric);
  const params = [...new Set(shown.flatMap((model) => Object.keys(model.params)))].toSorted();
  return (
    <div className={styles.scroll} role="region" aria-label="Models beside each other" tabIndex={0}>
      <table className={styles.compare}>
        <thead>
          <tr>
            <th scope="col">
              {models.length > shown.length ? `The best ${shown.length} of ${models.length}` : "Models"}
            </th>
            {shown.map(({ trial, name }) => (
              <th key={trial} scope="col" data-selected={trial === selected?.trial || undefined}>
                {name}
                <span className={styles.trialNumber}>trial {trial}</span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          <Group title="Metrics on the validation rows" span={shown.length + 1} />
          {metrics.map((name) => (
            <MetricRow key={name} name={name} models={shown} isPrimary={name === metric} />
          ))}
          <Group title="Cost" span={shown.length + 1} />
          <NumbersRow name="µs per row" values={shown.map(({ microsPerRow }) => microsPerRow)} isLess />
          <NumbersRow name="training, s" values={shown.map(({ trainSeconds }) => trainSeconds)} isLess />
          {params.length > 0 && <Group title="Made of" span={shown.length + 1} />}
          {params.map((name) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              {shown.map((model) => (
                <td key={model.trial}>{paramText(model.params[name])}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** All that the models have, the primary one first. */
function metricNames(models: readonly Model[], primary: string | null): string[] {
  const names = [...new Set(models.flatMap(({ metrics }) => Object.keys(metrics)))];
  return names.toSorted((a, b) => Number(b === primary) - Number(a === primary));
}

function Group({ title, span }: { readonly title: string; readonly span: number }): ReactElement {
  return (
    <tr className={styles.group}>
      <th scope="rowgroup" colSpan={span}>
        {title}
      </th>
    </tr>
  );
}

interface MetricRowProps {
  readonly name: string;
  readonly models: readonly Model[];
  readonly isPrimary: boolean;
}

function MetricRow({ name, models, isPrimary }: MetricRowProps): ReactElement {
  const values = models.map(({ metrics, value }) => (isPrimary ? value : (metrics[name] ?? null)));
  return <NumbersRow name={isPrimary ? `${name} (primary)` : name} values={values} isLess={isLessBetter(name)} />;
}

interface NumbersRowProps {
  readonly name: string;
  readonly values: readonly (number | null)[];
  /** Is less better? */
  readonly isLess: boolean;
}

function NumbersRow({ name, values, isLess }: NumbersRowProps): ReactElement {
  const there = values.filter((value) => value !== null);
  const best = isLess ? Math.min(...there) : Math.max(...there);
  const marks = new Set(there).size > 1;
  return (
    <tr>
      <th scope="row">{name}</th>
      {values.map((value, at) => {
        const isBest = marks && value === best;
        return (
          <td key={at} data-best={isBest || undefined}>
            {isBest && <Icon name="check" size={12} />}
            {formatNumber(value, { digits: 5 })}
          </td>
        );
      })}
    </tr>
  );
}

function paramText(value: unknown): string {
  if (value === undefined) return "";
  if (typeof value === "number") return formatNumber(value);
  return typeof value === "string" ? value : JSON.stringify(value);
}
