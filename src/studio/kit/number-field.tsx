import type { ReactElement } from "react";
import { Button, FieldError, Group, Input, Label, NumberField as AriaNumberField, Text } from "react-aria-components";
import type { FieldProps } from "./field.tsx";
import { Icon } from "./icon.tsx";
import styles from "./field.module.css";
import own from "./number-field.module.css";

export interface NumberFieldProps extends FieldProps {
  /** null: empty. */
  readonly value: number | null;
  readonly onChange: (value: number | null) => void;
  readonly min?: number;
  readonly max?: number;
  /** Steps of the buttons and arrow keys; 1 by default. Typed values are rounded to it. */
  readonly step?: number;
  /** How the number is written; no grouping of thousands where `useGrouping` is false. */
  readonly format?: Intl.NumberFormatOptions;
  /** A unit that stands behind the number, such as "minutes". */
  readonly unit?: string;
  readonly placeholder?: string;
}

/** A number with buttons to step; values outside of min and max are brought inside when the field is left. */
export function NumberField(props: NumberFieldProps): ReactElement {
  const { label, isLabelHidden, description, error, isDisabled, isRequired, value, onChange, min, max } = props;
  const { step, format = { maximumFractionDigits: 20 }, unit, placeholder } = props;
  return (
    <AriaNumberField
      className={styles.field}
      value={value ?? Number.NaN}
      onChange={(next) => onChange(Number.isNaN(next) ? null : next)}
      formatOptions={format}
      isInvalid={Boolean(error)}
      {...(isDisabled !== undefined && { isDisabled })}
      {...(isRequired !== undefined && { isRequired })}
      {...(min !== undefined && { minValue: min })}
      {...(max !== undefined && { maxValue: max })}
      {...(step !== undefined && { step })}
    >
      <Label className={isLabelHidden ? styles.hidden : styles.label}>{label}</Label>
      <Group className={own.group}>
        <Input className={own.input} placeholder={placeholder} />
        {unit !== undefined && <span className={own.unit}>{unit}</span>}
        <span className={own.steps}>
          <Button slot="decrement" className={own.step}>
            <Icon name="minus" size={12} />
          </Button>
          <Button slot="increment" className={own.step}>
            <Icon name="plus" size={12} />
          </Button>
        </span>
      </Group>
      {description !== undefined && (
        <Text slot="description" elementType="div" className={styles.description}>
          {description}
        </Text>
      )}
      <FieldError className={styles.error}>
        <Icon name="alert" size={12} />
        <span>{error}</span>
      </FieldError>
    </AriaNumberField>
  );
}
