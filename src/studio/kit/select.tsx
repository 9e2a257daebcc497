import type { ReactElement } from "react";
import { Field, type FieldProps } from "./field.tsx";
import { Icon } from "./icon.tsx";
import styles from "./field.module.css";
import own from "./select.module.css";

export interface Option {
  readonly id: string;
  readonly label: string;
  readonly description?: string;
  readonly isDisabled?: boolean;
}

export interface SelectProps<Id extends string = string> extends FieldProps {
  readonly options: readonly (Option & { readonly id: Id })[];
  /** Id of the chosen option; null: none. */
  readonly value: Id | null;
  readonly onChange: (id: Id) => void;
  readonly placeholder?: string;
}

/** The native select: the system's list, which phones and screen readers know. */
export function Select<Id extends string>(props: SelectProps<Id>): ReactElement {
  const { options, value, onChange, placeholder = "Choose one" } = props;
  const chosen = options.find((option) => option.id === value);
  const description = props.description ?? chosen?.description;
  return (
    <Field {...props} {...(description !== undefined && { description })}>
      {(control) => (
        <span className={own.select}>
          <select
            {...control}
            className={chosen ? styles.input : `${styles.input} ${own.none}`}
            value={chosen?.id ?? ""}
            onChange={(event) => onChange(event.target.value as Id)}
          >
            {!chosen && (
              <option value="" disabled hidden>
                {placeholder}
              </option>
            )}
            {options.map((option) => (
              <option key={option.id} value={option.id} disabled={option.isDisabled}>
                {option.label}
              </option>
            ))}
          </select>
          <Icon name="chevronDown" size={12} />
        </span>
      )}
    </Field>
  );
}
