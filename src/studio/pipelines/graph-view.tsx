/**
 * A pipeline's graph. Its boxes are buttons: one tab stop, arrow keys go from box to box, Enter opens; + and - zoom, 0
 * shows all. On narrow screens it is a list.
 */
import { useMemo, useRef, useState, type KeyboardEvent, type ReactElement, type ReactNode } from "react";
import { Button, IconButton } from "../kit/index.ts";
import type { GraphStep } from "./graph.ts";
import { bestLayout, neighbour, type GraphLayout, type PlacedBox, type WalkKey } from "./layout.ts";
import { StepIcon, stepTypeLabel } from "./step-types.tsx";
import { useView, useWidth } from "./use-view.ts";
import styles from "./graph-view.module.css";

export interface GraphViewProps {
  /** Name of the picture. */
  readonly label: string;
  readonly steps: readonly GraphStep[];
  readonly selected?: string | undefined;
  readonly onSelect?: ((name: string) => void) | undefined;
  /** Second line of a box; by default the step's type. */
  readonly detail?: (name: string) => ReactNode;
  /** State of a step, which gives the box its colour; the word has to stand in the detail. */
  readonly stateOf?: (name: string) => string | undefined;
  /** The greatest height, in pixels. */
  readonly height?: number;
}

const walkKeys = new Set(["ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight", "Home", "End"]);

export function GraphView(props: GraphViewProps): ReactElement {
  const { label, steps, height: most = 520 } = props;
  const element = useRef<HTMLDivElement>(null);
  const width = useWidth(element);
  const shape = JSON.stringify(steps.map(({ name, needs }) => [name, needs]));
  // What a step is doing changes often, and the places of the boxes do not depend on it.
  // eslint-disable-next-line react-hooks/exhaustive-deps
  const layout = useMemo(() => bestLayout(steps, { width: width || 800, height: most }), [shape, width, most]);
  const height = Math.min(most, Math.max(120, layout.height + 64));
  const { view, zoom, fit, reveal, startDrag } = useView(layout, { width, height }, element);
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "+" || event.key === "=") zoom(1.25);
    else if (event.key === "-") zoom(0.8);
    else if (event.key === "0") fit();
    else return;
    event.preventDefault();
  };
  return (
    <>
      <div
        ref={element}
        role="group"
        aria-label={label}
        className={styles.frame}
        style={{ height }}
        onPointerDown={startDrag}
        onKeyDown={onKeyDown}
      >
        <div
          className={styles.plane}
          style={{
            transform: `translate(${view.x}px, ${view.y}px) scale(${view.scale})`,
            width: layout.width,
            height: layout.height,
          }}
        >
          <Arrows layout={layout} selected={props.selected} />
          <Boxes {...props} layout={layout} onFocus={reveal} />
        </div>
        <ZoomButtons zoom={zoom} fit={fit} />
      </div>
      <StepList {...props} />
    </>
  );
}

interface ZoomProps {
  readonly zoom: (factor: number) => void;
  readonly fit: () => void;
}

function ZoomButtons({ zoom, fit }: ZoomProps): ReactElement {
  return (
    <div className={styles.zoom}>
      <IconButton icon="plus" label="Zoom in" onPress={() => zoom(1.25)} />
      <Button variant="quiet" size="small" aria-label="Zoom out" onPress={() => zoom(0.8)}>
        <span aria-hidden="true">−</span>
      </Button>
      <Button variant="quiet" size="small" onPress={fit}>
        Fit
      </Button>
    </div>
  );
}

interface ArrowsProps {
  readonly layout: GraphLayout;
  readonly selected: string | undefined;
}

function Arrows({ layout, selected }: ArrowsProps): ReactElement {
  return (
    <svg className={styles.arrows} width={layout.width} height={layout.height} aria-hidden="true" focusable="false">
      <defs>
        <marker
          id="pipeline-arrow"
          viewBox="0 0 8 8"
          refX="7"
          refY="4"
          markerWidth="9"
          markerHeight="9"
          markerUnits="userSpaceOnUse"
          orient="auto"
        >
          <path d="M0 0 8 4 0 8z" />
        </marker>
      </defs>
      {layout.arrows.map(({ from, to, path }) => (
        <path
          key={`${from} ${to}`}
          d={path}
          markerEnd="url(#pipeline-arrow)"
          data-near={from === selected || to === selected ? true : undefined}
        />
      ))}
    </svg>
  );
}

interface BoxesProps extends GraphViewProps {
  readonly layout: GraphLayout;
  readonly onFocus: (box: PlacedBox) => void;
}

function Boxes(props: BoxesProps): ReactElement {
  const { layout, steps, selected, onSelect, onFocus } = props;
  const [focused, setFocused] = useState<string | null>(null);
  const boxes = useRef(new Map<string, HTMLButtonElement>());
  const byName = new Map(steps.map((step) => [step.name, step]));
  const stop = [focused, selected, layout.boxes[0]?.name].find((name) => name && byName.has(name));
  const onKeyDown = (event: KeyboardEvent, name: string): void => {
    if (!walkKeys.has(event.key) || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const next = neighbour(layout, name, event.key as WalkKey);
    if (next !== null) boxes.current.get(next)?.focus();
  };
  return (
    <>
      {layout.boxes.map((box) => (
        <button
          key={box.name}
          ref={(button) => {
            if (button) boxes.current.set(box.name, button);
            else boxes.current.delete(box.name);
          }}
          type="button"
          className={styles.box}
          style={{ left: box.x, top: box.y }}
          data-state={props.stateOf?.(box.name)}
          aria-pressed={onSelect ? box.name === selected : undefined}
          tabIndex={box.name === stop ? 0 : -1}
          onClick={() => onSelect?.(box.name)}
          onFocus={(event) => {
            setFocused(box.name);
            // A click brings the pointer to the box, so it is in sight.
            if (event.currentTarget.matches(":focus-visible")) onFocus(box);
          }}
          onKeyDown={(event) => onKeyDown(event, box.name)}
        >
          <BoxText {...props} step={byName.get(box.name)} />
        </button>
      ))}
    </>
  );
}

function BoxText({ step, detail }: GraphViewProps & { readonly step: GraphStep | undefined }): ReactElement | null {
  if (!step) return null;
  return (
    <>
      <span className={styles.name}>
        <StepIcon type={step.type} />
        <span className={styles.text} title={step.name}>
          {step.name}
        </span>
      </span>
      <span className={styles.detail}>{detail?.(step.name) ?? stepTypeLabel(step.type)}</span>
    </>
  );
}

/** The same for narrow screens. */
function StepList(props: GraphViewProps): ReactElement {
  const { label, steps, selected, onSelect } = props;
  return (
    <ol className={styles.list} aria-label={label}>
      {steps.map((step) => (
        <li key={step.name}>
          <button
            type="button"
            className={styles.row}
            data-state={props.stateOf?.(step.name)}
            aria-pressed={onSelect ? step.name === selected : undefined}
            onClick={() => onSelect?.(step.name)}
          >
            <BoxText {...props} step={step} />
            {step.needs.length > 0 && <span className={styles.after}>after {step.needs.join(", ")}</span>}
          </button>
        </li>
      ))}
    </ol>
  );
}
