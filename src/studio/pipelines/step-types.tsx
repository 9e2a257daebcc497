/** How each type of step is called, and its picture. */
import type { ReactElement } from "react";
import styles from "./graph-view.module.css";

interface StepType {
  readonly label: string;
  /** Strokes in a field of 16 by 16. */
  readonly path: string;
}

const types: Readonly<Record<string, StepType>> = {
  data_check: { label: "Data check", path: "M2.5 3h11v10h-11zM5 8l2 2 4-4.2" },
  transform: { label: "Transform", path: "M2.5 4h11L9.5 8.6V13l-3-1.4v-3z" },
  automl: { label: "Automated ML", path: "M8 2.5 9.4 6.6 13.5 8 9.4 9.4 8 13.5 6.6 9.4 2.5 8l4.1-1.4z" },
  evaluate: { label: "Evaluate", path: "M3 13V9M8 13V3M13 13V6" },
  register: { label: "Register model", path: "M8 2.2 13.5 5v6L8 13.8 2.5 11V5zM2.5 5 8 7.8 13.5 5M8 7.8v6" },
  deploy: { label: "Deploy", path: "M8 10.5v-8M4.5 6 8 2.5 11.5 6M2.5 13.5h11" },
  batch_score: { label: "Batch scoring", path: "M2.5 3h11v10h-11zM2.5 6.3h11M2.5 9.6h11M6.2 3v10" },
  command: { label: "Command", path: "M2.5 3h11v10h-11zM5 6l2 2-2 2M8.5 10.2H11" },
  http: { label: "HTTP request", path: "M8 2a6 6 0 1 1 0 12A6 6 0 0 1 8 2M2 8h12M8 2c-4 4-4 8 0 12M8 2c4 4 4 8 0 12" },
  notify: { label: "Notify", path: "M4 11V7a4 4 0 0 1 8 0v4l1.2 1.2H2.8zM6.8 14h2.4" },
  approval: {
    label: "Approval",
    path: "M8 2.5a2.6 2.6 0 1 1 0 5.2 2.6 2.6 0 0 1 0-5.2M3 13.5c.4-3 2.3-4.2 5-4.2s4.6 1.2 5 4.2",
  },
  pipeline: { label: "Pipeline", path: "M2.5 2.5h4.5v4h-4.5zM9 9.5h4.5v4H9zM4.8 6.5v5H9" },
};

/** Also of a word that is no type: the word itself. */
export function stepTypeLabel(type: string): string {
  return types[type]?.label ?? (type === "" ? "No type yet" : type);
}

export function StepIcon({ type }: { readonly type: string }): ReactElement {
  return (
    <svg className={styles.icon} width={16} height={16} viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      <path d={types[type]?.path ?? "M3 3h10v10H3z"} />
    </svg>
  );
}
