import { useState, type KeyboardEvent, type ReactElement } from "react";
import { Field, type FieldProps } from "./field.tsx";
import { Icon } from "./icon.tsx";
import { numberOf, stepped, within } from "./number-text.ts";
import own from "./number-field.module.css";

interface NumberFieldProps extends FieldProps {
  /** null: empty. */
  readonly value: number | null;
  readonly onChange: (value: number | null) => void;
  readonly min?: number;
  readonly max?: number;
  /** Steps of the buttons and arrow keys; 1 by default. */
  readonly step?: number;
  /** How the number is written while it is not being typed; no grouping of thousands where `useGrouping` is false. */
  readonly format?: Intl.NumberFormatOptions;
  /** A unit that stands behind the number, such as "minutes". */
  readonly unit?: string;
  readonly placeholder?: string;
}

/** A number with buttons to step; values outside of min and max are brought inside when the field is left. */
export function NumberField(props: NumberFieldProps): ReactElement {
  const { value, min, step = 1, unit, isDisabled = false } = props;
  const number = useTypedNumber(props);
  return (
    <Field {...props}>
      {(control) => (
        <div className={own.group} data-invalid={control["aria-invalid"]} data-disabled={isDisabled || undefined}>
          <input
            {...control}
            className={own.input}
            role="spinbutton"
            inputMode={step % 1 === 0 && (min ?? -1) >= 0 ? "numeric" : "decimal"}
            aria-valuenow={value ?? undefined}
            aria-valuetext={value === null ? "empty" : undefined}
            aria-valuemin={min}
            aria-valuemax={props.max}
            autoComplete="off"
            placeholder={props.placeholder}
            value={number.text}
            onChange={({ target }) => number.type(target.value)}
            onFocus={number.enter}
            onBlur={number.leave}
            onKeyDown={number.onKeyDown}
          />
          {unit !== undefined && <span className={own.unit}>{unit}</span>}
          <StepButtons {...props} onStep={number.by} />
        </div>
      )}
    </Field>
  );
}

function useTypedNumber(props: NumberFieldProps) {
  const { value, onChange, min, max, step = 1, format = { maximumFractionDigits: 20 } } = props;
  /** What is being typed; null: nothing is. */
  const [typed, setTyped] = useState<string | null>(null);
  const limits = { min, max };
  const by = (steps: number): void => {
    setTyped(null);
    onChange(stepped(value, steps, { ...limits, step }));
  };
  const type = (text: string): void => {
    setTyped(text);
    const number = numberOf(text);
    if (number !== undefined) onChange(number);
  };
  const enter = (): void => setTyped(value === null ? null : String(value));
  const leave = (): void => {
    setTyped(null);
    if (value !== null && within(value, limits) !== value) onChange(within(value, limits));
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const steps = { ArrowUp: 1, ArrowDown: -1, PageUp: 10, PageDown: -10 }[event.key];
    if (steps === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    by(steps);
  };
  const shown = value === null ? "" : new Intl.NumberFormat("en-US", format).format(value);
  return { text: typed ?? shown, by, type, enter, leave, onKeyDown };
}

type StepButtonsProps = Pick<NumberFieldProps, "label" | "value" | "min" | "max" | "isDisabled"> & {
  readonly onStep: (steps: number) => void;
};

function StepButtons(props: StepButtonsProps): ReactElement {
  const { label, value, min = -Infinity, max = Infinity, isDisabled = false, onStep } = props;
  return (
    <span className={own.steps}>
      <StepButton
        name={`Decrease ${label}`}
        icon="minus"
        isDisabled={isDisabled || (value ?? 0) <= min}
        onStep={() => onStep(-1)}
      />
      <StepButton
        name={`Increase ${label}`}
        icon="plus"
        isDisabled={isDisabled || (value ?? 0) >= max}
        onStep={() => onStep(1)}
      />
    </span>
  );
}

/** For the pointer: keys step by the arrows. */
function StepButton(props: {
  readonly name: string;
  readonly icon: "minus" | "plus";
  readonly isDisabled: boolean;
  readonly onStep: () => void;
}): ReactElement {
  return (
    <button
      type="button"
      tabIndex={-1}
      aria-label={props.name}
      className={own.step}
      disabled={props.isDisabled}
      onClick={props.onStep}
    >
      <Icon name={props.icon} size={12} />
    </button>
  );
}
