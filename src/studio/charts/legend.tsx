import type { ReactNode } from "react";
import styles from "./plot.module.css";

export interface LegendEntry {
  id: string;
  label: string;
  /** CSS colour. */
  color: string;
  /** line: with its dash pattern. symbol: the path, around 0. */
  shape: "line" | "square" | "ring" | "symbol";
  dash?: string;
  path?: string;
}

/** Which series are not shown: the URL's to keep. Without it the legend only tells. */
export interface Hiding {
  hidden?: readonly string[];
  onHide?: (hidden: string[]) => void;
}

/** What the colours and dashes mean. */
export function Legend({ entries, hidden = [], onHide }: { entries: LegendEntry[] } & Hiding): ReactNode {
  if (entries.length < 2) return null;
  return (
    <ul className={styles.legend}>
      {entries.map((entry) => {
        const isHidden = hidden.includes(entry.id);
        const content = (
          <>
            <Swatch {...entry} />
            <span data-legend={isHidden ? undefined : entry.label}>{entry.label}</span>
          </>
        );
        if (onHide === undefined)
          return (
            <li key={entry.id} className={styles.entry}>
              {content}
            </li>
          );
        const next = isHidden ? hidden.filter((id) => id !== entry.id) : [...hidden, entry.id];
        return (
          <li key={entry.id}>
            <button type="button" className={styles.entry} aria-pressed={!isHidden} onClick={() => onHide(next)}>
              {content}
            </button>
          </li>
        );
      })}
    </ul>
  );
}

/** Of a distribution over another: bars over an outline. */
export function ComparisonLegend({ names }: { names: readonly [own: string, baseline: string] }): ReactNode {
  return (
    <Legend
      entries={[
        { id: "own", label: names[0], color: "var(--series-1)", shape: "square" },
        { id: "baseline", label: names[1], color: "var(--series-2)", shape: "line" },
      ]}
    />
  );
}

function Swatch({ color, shape, dash, path }: LegendEntry) {
  return (
    <svg width={shape === "line" ? 20 : 10} height={10} aria-hidden="true">
      {shape === "line" && <line x1={0} x2={20} y1={5} y2={5} stroke={color} strokeWidth={2} strokeDasharray={dash} />}
      {shape === "symbol" && <path d={path} transform="translate(5,5)" fill={color} />}
      {shape === "square" && <rect width={10} height={10} rx={2} fill={color} />}
      {shape === "ring" && <circle cx={5} cy={5} r={3.5} fill="none" stroke={color} strokeWidth={2} />}
    </svg>
  );
}
