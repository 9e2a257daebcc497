/** A log of up to 100,000 lines and more: those in sight are in the page. Its lines are text, whatever they hold. */
import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useMemo, useRef, useState, type ReactElement } from "react";
import { Button } from "../button.tsx";
import { CopyButton } from "../copy.tsx";
import { SearchField } from "../field.tsx";
import { RadioGroup } from "../choice.tsx";
import { formatNumber } from "../format.ts";
import { levelOf, linesOf, matchingLines, stripControl, type LogLevel } from "./lines.ts";
import styles from "./log-view.module.css";

interface LogViewProps {
  /** Name of the log for screen readers. */
  readonly label?: string;
  /** One text, or its lines. */
  readonly text?: string;
  readonly lines?: readonly string[];
  /** Stays at the end while lines come in, until the reader scrolls up. */
  readonly follow?: boolean;
  /** Lines that hold this text, in any case; with onFilter the page keeps it (in its address). */
  readonly filter?: string;
  readonly onFilter?: (filter: string) => void;
  /** Lines of this level or worse; with onLevel the page keeps it. */
  readonly level?: LogLevel;
  readonly onLevel?: (level: LogLevel) => void;
  /** Name of the file that Download writes. */
  readonly fileName?: string;
  /** Height of what scrolls in CSS; 480 px by default. */
  readonly height?: string;
  /** Stands in place of lines where there are none. */
  readonly empty?: string;
}

const lineHeight = 20;
/** Pixels from the end within which the view counts as being there. */
const atEndWithin = 24;

export function LogView(props: LogViewProps): ReactElement {
  const { label = "Log", follow = false, fileName = "log.txt", height = "480px", empty = "No lines yet." } = props;
  const [ownFilter, setOwnFilter] = useState("");
  const [ownLevel, setOwnLevel] = useState<LogLevel>("none");
  const filter = props.filter ?? ownFilter;
  const level = props.level ?? ownLevel;
  const { text, lines: given } = props;
  const lines = useMemo(() => given?.map(stripControl) ?? linesOf(text ?? ""), [given, text]);
  const shown = useMemo(() => matchingLines(lines, filter, level), [lines, filter, level]);
  const onFilter = (next: string): void => {
    setOwnFilter(next);
    props.onFilter?.(next);
  };
  const onLevel = (next: LogLevel): void => {
    setOwnLevel(next);
    props.onLevel?.(next);
  };
  return (
    <div className={styles.view}>
      <div className={styles.bar}>
        <div className={styles.filter}>
          <SearchField
            label={`Filter ${label.toLowerCase()}`}
            placeholder="Filter lines"
            value={filter}
            onChange={onFilter}
          />
        </div>
        <RadioGroup label="Level" isLabelHidden isSegmented options={levels} value={level} onChange={onLevel} />
        <span className={styles.count} role="status">
          {shown
            ? `${formatNumber(shown.length)} of ${formatNumber(lines.length)} lines`
            : `${formatNumber(lines.length)} lines`}
        </span>
        <CopyButton text={textOf(lines, shown)} label="Copy lines" />
        <Button
          variant="quiet"
          size="small"
          icon="download"
          aria-label="Download lines"
          onPress={() => download(fileName, textOf(lines, shown))}
        />
      </div>
      <Lines label={label} lines={lines} shown={shown} follow={follow} height={height} empty={empty} />
    </div>
  );
}

const levels = [
  { id: "none", label: "All" },
  { id: "warn", label: "Warnings" },
  { id: "error", label: "Errors" },
] as const;

function textOf(lines: readonly string[], shown: readonly number[] | null): string {
  return (shown ? shown.map((index) => lines[index] ?? "") : lines).join("\n");
}

function download(fileName: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text, "\n"], { type: "text/plain" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = fileName;
  link.click();
  URL.revokeObjectURL(url);
}

interface LinesProps {
  readonly label: string;
  readonly lines: readonly string[];
  readonly shown: readonly number[] | null;
  readonly follow: boolean;
  readonly height: string;
  readonly empty: string;
}

function Lines({ label, lines, shown, follow, height, empty }: LinesProps): ReactElement {
  const frame = useRef<HTMLDivElement>(null);
  const [isAtEnd, setAtEnd] = useState(follow);
  const count = shown?.length ?? lines.length;
  const virtualizer = useVirtualizer({
    count,
    getScrollElement: () => frame.current,
    estimateSize: () => lineHeight,
    overscan: 20,
    useFlushSync: false,
  });
  const toEnd = (): void => {
    if (frame.current) frame.current.scrollTop = frame.current.scrollHeight;
  };
  useEffect(() => {
    if (follow && isAtEnd) toEnd();
  }, [count, follow, isAtEnd]);
  const onScroll = (): void => {
    const element = frame.current;
    if (element) setAtEnd(element.scrollHeight - element.scrollTop - element.clientHeight < atEndWithin);
  };
  return (
    <div className={styles.frame}>
      <div
        ref={frame}
        role="log"
        aria-label={label}
        aria-live="off"
        tabIndex={0}
        className={styles.lines}
        style={{ height }}
        onScroll={onScroll}
      >
        {count === 0 && <div className={styles.empty}>{shown ? "No line matches." : empty}</div>}
        <div className={styles.body} style={{ height: virtualizer.getTotalSize() }}>
          {virtualizer.getVirtualItems().map(({ index, start }) => {
            const at = shown?.[index] ?? index;
            return <Line key={at} number={at + 1} text={lines[at] ?? ""} top={start} />;
          })}
        </div>
      </div>
      {follow && !isAtEnd && count > 0 && <JumpToEnd onPress={toEnd} />}
    </div>
  );
}

function Line(props: { readonly number: number; readonly text: string; readonly top: number }): ReactElement {
  const { number, text, top } = props;
  return (
    <div className={styles.line} data-level={levelOf(text)} style={{ transform: `translateY(${top}px)` }}>
      <span className={styles.number} aria-hidden="true">
        {number}
      </span>
      <span>{text}</span>
    </div>
  );
}

function JumpToEnd({ onPress }: { readonly onPress: () => void }): ReactElement {
  return (
    <div className={styles.jump}>
      <Button size="small" icon="arrowDown" onPress={onPress}>
        Jump to end
      </Button>
    </div>
  );
}
