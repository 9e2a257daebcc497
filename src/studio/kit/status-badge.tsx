import type { ReactElement } from "react";
import { Icon, Spinner } from "./icon.tsx";
import { statusLook } from "./status.ts";
import styles from "./status-badge.module.css";

export interface StatusBadgeProps {
  /** The state's word as the API sends it: RUNNING, Healthy, ACTIVE, … */
  readonly status: string;
  /** Another text than that of the state. */
  readonly label?: string;
}

/** A state as picture, word and colour; for runs, steps, endpoints, pipelines, models and workers. */
export function StatusBadge({ status, label }: StatusBadgeProps): ReactElement {
  const look = statusLook(status);
  return (
    <span className={`${styles.badge} ${styles[look.tone]}`} data-status={status}>
      {look.icon === "spinner" ? <Spinner size={12} /> : <Icon name={look.icon} size={12} />}
      {label ?? look.label}
    </span>
  );
}
