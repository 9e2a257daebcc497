import type { ReactElement } from "react";
import type { ColumnProfile } from "../../contract/index.ts";
import { ColumnDistribution } from "../charts/index.ts";
import { Card, formatNumber, formatPercent } from "../kit/index.ts";
import { classShares, type Task } from "./guess-target.ts";
import styles from "./wizard.module.css";

/** Of what there is to learn: how many rows of each class, or how the numbers are spread. */
export function TargetCard({ target, task }: { readonly target: ColumnProfile; readonly task: Task }): ReactElement {
  const missing = target.nulls > 0 ? `${formatNumber(target.nulls)} rows without it are left out.` : null;
  const isClasses = task === "classification" && target.distinct <= 10;
  return (
    <Card
      title={isClasses ? `Classes of ${target.name}` : `Values of ${target.name}`}
      {...(missing && { description: missing })}
    >
      {isClasses ? <ClassBalance target={target} /> : <ColumnDistribution profile={target} height={140} />}
    </Card>
  );
}

/** At most a fifth of the largest class: the run says so, too. */
const imbalance = 0.2;

function ClassBalance({ target }: { readonly target: ColumnProfile }): ReactElement {
  const shares = classShares(target);
  const counts = shares.map(({ count }) => count);
  const ratio = Math.min(...counts) / Math.max(...counts);
  return (
    <>
      <ul className={styles.classes}>
        {shares.map(({ label, count, share }) => (
          <li key={label}>
            <span className={styles.className}>{label}</span>
            <span className={styles.classBar} aria-hidden="true">
              <span style={{ width: `${share * 100}%` }} />
            </span>
            <span className={styles.classCount}>{formatNumber(count)}</span>
            <span className={styles.classShare}>{formatPercent(share)}</span>
          </li>
        ))}
      </ul>
      {ratio <= imbalance && (
        <p className={styles.note}>
          The smallest class has {formatPercent(ratio)} of the rows of the largest: a metric such as AUC_weighted says
          more than accuracy.
        </p>
      )}
    </>
  );
}
