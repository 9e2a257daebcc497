/** Yes or no, one of a few in sight, and a number on a scale: native controls, which bring their keys with them. */
import { useEffect, useId, useRef, type ReactElement, type ReactNode } from "react";
import { Field, type FieldProps } from "./field.tsx";
import styles from "./choice.module.css";

export interface CheckboxProps {
  /** The name; hidden where `isLabelHidden`, as in a row of a table. */
  readonly label: string;
  readonly isLabelHidden?: boolean;
  readonly description?: ReactNode;
  readonly value: boolean;
  readonly onChange: (value: boolean) => void;
  /** Some, not all, of what the box stands for. */
  readonly isMixed?: boolean;
  readonly isDisabled?: boolean;
}

export function Checkbox(props: CheckboxProps): ReactElement {
  const { isMixed = false } = props;
  const box = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (box.current) box.current.indeterminate = isMixed;
  }, [isMixed]);
  return <Toggle {...props} boxRef={box} role={undefined} boxClass={styles.box} />;
}

/** A setting that is on or off at once, without a button to save. */
export function Switch(props: Omit<CheckboxProps, "isMixed">): ReactElement {
  return <Toggle {...props} role="switch" boxClass={styles.switch} />;
}

interface ToggleProps extends Omit<CheckboxProps, "isMixed"> {
  readonly role: "switch" | undefined;
  readonly boxClass: string | undefined;
  readonly boxRef?: React.RefObject<HTMLInputElement | null>;
}

function Toggle(props: ToggleProps): ReactElement {
  const { label, isLabelHidden = false, description, value, onChange, isDisabled, role, boxClass, boxRef } = props;
  const id = useId();
  return (
    <label className={styles.choice}>
      <input
        ref={boxRef}
        type="checkbox"
        role={role}
        className={boxClass}
        checked={value}
        disabled={isDisabled}
        aria-label={isLabelHidden ? label : undefined}
        aria-labelledby={isLabelHidden ? undefined : `${id}-label`}
        aria-describedby={description === undefined ? undefined : `${id}-description`}
        onChange={(event) => onChange(event.target.checked)}
      />
      {!isLabelHidden && (
        <span className={styles.texts}>
          <span id={`${id}-label`}>{label}</span>
          {description !== undefined && (
            <span id={`${id}-description`} className={styles.description}>
              {description}
            </span>
          )}
        </span>
      )}
    </label>
  );
}

export interface RadioOption<Id extends string> {
  readonly id: Id;
  readonly label: string;
  readonly description?: ReactNode;
  readonly isDisabled?: boolean;
}

export interface RadioGroupProps<Id extends string> extends Omit<FieldProps, "isRequired"> {
  readonly options: readonly RadioOption<Id>[];
  readonly value: Id | null;
  readonly onChange: (id: Id) => void;
  /** Side by side as one control of segments, for two to four short words. */
  readonly isSegmented?: boolean;
}

export function RadioGroup<Id extends string>(props: RadioGroupProps<Id>): ReactElement {
  const { label, isLabelHidden, description, error, options, value, onChange, isDisabled, isSegmented } = props;
  const id = useId();
  return (
    <fieldset className={styles.group} disabled={isDisabled} aria-describedby={`${id}-below`}>
      <legend className={isLabelHidden ? styles.hidden : styles.legend}>{label}</legend>
      <div className={isSegmented ? styles.segments : styles.radios}>
        {options.map((option) => (
          <label key={option.id} className={isSegmented ? styles.segment : styles.choice}>
            <input
              type="radio"
              name={id}
              className={isSegmented ? styles.hidden : styles.radio}
              checked={option.id === value}
              disabled={option.isDisabled}
              aria-describedby={option.description === undefined ? undefined : `${id}-${option.id}`}
              onChange={() => onChange(option.id)}
            />
            <span className={styles.texts}>
              <span>{option.label}</span>
              {option.description !== undefined && (
                <span id={`${id}-${option.id}`} className={styles.description}>
                  {option.description}
                </span>
              )}
            </span>
          </label>
        ))}
      </div>
      <div id={`${id}-below`}>
        {description !== undefined && <div className={styles.description}>{description}</div>}
        {error !== undefined && <div className={styles.error}>{error}</div>}
      </div>
    </fieldset>
  );
}

export interface SliderProps extends FieldProps {
  readonly value: number;
  readonly onChange: (value: number) => void;
  /** Called when the thumb is let go or a key is released. */
  readonly onChangeEnd?: (value: number) => void;
  readonly min: number;
  readonly max: number;
  readonly step?: number;
  /** The value as text, such as "15 min". */
  readonly format?: (value: number) => string;
}

export function Slider(props: SliderProps): ReactElement {
  const { value, onChange, onChangeEnd, min, max, step = 1, format = String } = props;
  return (
    <Field {...props}>
      {(control) => (
        <span className={styles.slider}>
          <input
            {...control}
            type="range"
            className={styles.range}
            value={value}
            min={min}
            max={max}
            step={step}
            aria-valuetext={format(value)}
            onChange={(event) => onChange(event.target.valueAsNumber)}
            onPointerUp={() => onChangeEnd?.(value)}
            onKeyUp={() => onChangeEnd?.(value)}
          />
          <output className={styles.output} htmlFor={control.id}>
            {format(value)}
          </output>
        </span>
      )}
    </Field>
  );
}
