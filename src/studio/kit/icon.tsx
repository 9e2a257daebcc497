/** Pictures of 16 by 16 drawn with strokes of the text's colour. They are decoration: a word or a name stands beside. */
import type { ReactElement } from "react";
import styles from "./icon.module.css";

const paths = {
  alert: "M8 2.2 14.4 13.4H1.6ZM8 6.4v3.2M8 11.6v.1",
  archive: "M2.5 3h11v3h-11zM3.5 6v7h9V6M6.5 8.8h3",
  arrowDown: "M8 3v10M4 9l4 4 4-4",
  arrowUp: "M8 13V3M4 7l4-4 4 4",
  check: "M3 8.5 6.5 12 13 4.5",
  chevronDown: "m4 6 4 4 4-4",
  chevronRight: "m6 4 4 4-4 4",
  circle: "M8 2.5a5.5 5.5 0 1 1 0 11 5.5 5.5 0 0 1 0-11",
  clock: "M8 2a6 6 0 1 1 0 12A6 6 0 0 1 8 2M8 4.8V8l2.2 1.4",
  close: "m4 4 8 8m0-8-8 8",
  columns: "M2.5 3h11v10h-11zM6.2 3v10M9.8 3v10",
  copy: "M5.5 5.5h8v8h-8zM10.5 5.5v-3h-8v8h3",
  dashed:
    "M8 2.5a5.5 5.5 0 0 1 3.9 1.6M13.5 8a5.5 5.5 0 0 1-1.6 3.9M8 13.5a5.5 5.5 0 0 1-3.9-1.6M2.5 8a5.5 5.5 0 0 1 1.6-3.9",
  download: "M8 2.5v8M4.5 7 8 10.5 11.5 7M2.5 13.5h11",
  external: "M9 2.5h4.5V7M13.5 2.5 7 9M11.5 9.5v4h-9v-9h4",
  filter: "M2 3h12L9.5 8.5V13l-3-1.5v-3z",
  info: "M8 2a6 6 0 1 1 0 12A6 6 0 0 1 8 2M8 7.2v4M8 4.8v.1",
  minus: "M3 8h10",
  more: "M3.5 8v.1M8 8v.1M12.5 8v.1",
  pause: "M5.5 3.5v9M10.5 3.5v9",
  pencil: "m10.5 3 2.5 2.5L6 12.5 2.8 13.2 3.5 10z",
  play: "M5 3.2v9.6L12.5 8z",
  plus: "M8 3v10M3 8h10",
  search: "M7 2.5a4.5 4.5 0 1 1 0 9 4.5 4.5 0 0 1 0-9M10.3 10.3l3.2 3.2",
  skip: "m4 4 4 4-4 4m5-8 4 4-4 4",
  sparkle: "M8 2.5 9.4 6.6 13.5 8 9.4 9.4 8 13.5 6.6 9.4 2.5 8l4.1-1.4z",
  stop: "M4 4h8v8H4z",
  trash: "M3 4.5h10M6.5 4.5v-2h3v2M4.5 4.5l.6 9h5.8l.6-9",
  upload: "M8 10.5v-8M4.5 6 8 2.5 11.5 6M2.5 13.5h11",
  x: "M8 2a6 6 0 1 1 0 12A6 6 0 0 1 8 2M5.8 5.8l4.4 4.4m0-4.4-4.4 4.4",
} as const;

export type IconName = keyof typeof paths;

export interface IconProps {
  readonly name: IconName;
  /** Width and height in pixels; 16 by default. */
  readonly size?: number;
}

export function Icon({ name, size = 16 }: IconProps): ReactElement {
  return (
    <svg className={styles.icon} width={size} height={size} viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      <path d={paths[name]} />
    </svg>
  );
}

/** A turning ring; the word beside it says what is under way. */
export function Spinner({ size = 16 }: { readonly size?: number }): ReactElement {
  return (
    <svg className={styles.spinner} width={size} height={size} viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      <path d="M8 2.5a5.5 5.5 0 1 1-5.5 5.5" />
    </svg>
  );
}
