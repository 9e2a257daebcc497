import { useId, type ReactElement } from "react";
import { formatPercent } from "./format.ts";
import type { Tone } from "./status.ts";
import styles from "./meter.module.css";

export interface MeterProps {
  readonly value: number;
  /** The full width; 1 by default. */
  readonly max?: number;
  readonly label: string;
  readonly isLabelHidden?: boolean;
  /** The value as text; a percentage by default. */
  readonly text?: string;
  readonly tone?: Tone;
}

/** How much of something is used: cores, memory, traffic. */
export function Meter(props: MeterProps): ReactElement {
  return <Bar {...props} role="meter" />;
}

export interface ProgressBarProps extends Omit<MeterProps, "value"> {
  /** null: nobody knows how far it is. */
  readonly value: number | null;
}

/** How far a work is. */
export function ProgressBar(props: ProgressBarProps): ReactElement {
  return <Bar {...props} role="progressbar" />;
}

function Bar(props: ProgressBarProps & { readonly role: "meter" | "progressbar" }): ReactElement {
  const { role, value, max = 1, label, isLabelHidden = false, tone = "info" } = props;
  const id = useId();
  const share = value === null || !(max > 0) ? 0 : Math.min(1, Math.max(0, value / max));
  const text = props.text ?? (value === null ? "" : formatPercent(share));
  return (
    <div className={styles.meter}>
      {!isLabelHidden && (
        <div className={styles.texts}>
          <span id={id}>{label}</span>
          <span className={styles.value}>{text}</span>
        </div>
      )}
      <div
        role={role}
        className={styles.track}
        aria-label={isLabelHidden ? label : undefined}
        aria-labelledby={isLabelHidden ? undefined : id}
        aria-valuemin={0}
        aria-valuemax={max}
        aria-valuenow={value === null ? undefined : Math.min(max, Math.max(0, value))}
        aria-valuetext={text || undefined}
      >
        <div
          className={`${styles.bar} ${styles[tone]} ${value === null ? styles.unknown : ""}`}
          style={value === null ? undefined : { width: `${share * 100}%` }}
        />
      </div>
    </div>
  );
}
