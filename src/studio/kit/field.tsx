/** Fields for text and numbers: label above, description and error below, tied together for screen readers. */
import { useId, type KeyboardEvent, type ReactElement, type ReactNode } from "react";
import { Icon } from "./icon.tsx";
import styles from "./field.module.css";

export interface FieldProps {
  readonly label: string;
  /** Keeps the label for screen readers only, where a placeholder or the place says it. */
  readonly isLabelHidden?: boolean;
  readonly description?: ReactNode;
  /** What is wrong with the value, and how to mend it. */
  readonly error?: ReactNode;
  readonly isDisabled?: boolean;
  readonly isRequired?: boolean;
}

/** What the control of a field takes from its frame. */
export interface FieldControl {
  readonly id: string;
  readonly "aria-describedby": string | undefined;
  readonly "aria-invalid": true | undefined;
  readonly disabled: boolean | undefined;
  readonly required: boolean | undefined;
}

/** The frame of a field around a control of any kind, which takes what `children` is called with. */
export function Field(props: FieldProps & { readonly children: (control: FieldControl) => ReactNode }): ReactElement {
  const { label, isLabelHidden = false, description, error, isDisabled, isRequired, children } = props;
  const id = useId();
  const hasError = error !== undefined && error !== null && error !== false && error !== "";
  const described = [description !== undefined && `${id}-description`, hasError && `${id}-error`].filter(Boolean);
  return (
    <div className={styles.field}>
      <label htmlFor={id} className={isLabelHidden ? styles.hidden : styles.label}>
        {label}
      </label>
      {children({
        id,
        "aria-describedby": described.length > 0 ? described.join(" ") : undefined,
        "aria-invalid": hasError ? true : undefined,
        disabled: isDisabled,
        required: isRequired,
      })}
      {description !== undefined && (
        <div id={`${id}-description`} className={styles.description}>
          {description}
        </div>
      )}
      {hasError && (
        <div id={`${id}-error`} className={styles.error}>
          <Icon name="alert" size={12} />
          <span>{error}</span>
        </div>
      )}
    </div>
  );
}

export interface TextProps extends FieldProps {
  readonly value: string;
  readonly onChange: (value: string) => void;
  /** Called with Enter. */
  readonly onSubmit?: (value: string) => void;
  readonly placeholder?: string;
  readonly maxLength?: number;
  readonly autoFocus?: boolean;
}

export interface TextFieldProps extends TextProps {
  /** For code, ids and URLs: a fixed-width font, no spelling marks. */
  readonly isCode?: boolean;
}

export function TextField(props: TextFieldProps): ReactElement {
  const { isCode = false } = props;
  return (
    <Field {...props}>
      {(control) => (
        <input
          {...control}
          {...textHandlers(props)}
          type="text"
          autoComplete="off"
          spellCheck={isCode ? false : undefined}
          className={isCode ? `${styles.input} ${styles.code}` : styles.input}
        />
      )}
    </Field>
  );
}

function textHandlers(props: TextProps) {
  const { value, onChange, onSubmit, placeholder, maxLength, autoFocus } = props;
  return {
    value,
    placeholder,
    maxLength,
    autoFocus,
    onChange: (event: { target: { value: string } }) => onChange(event.target.value),
    onKeyDown: (event: KeyboardEvent<HTMLElement>) => {
      if (event.key !== "Enter" || !onSubmit || event.nativeEvent.isComposing) return;
      event.preventDefault();
      onSubmit(value);
    },
  };
}

export interface TextAreaProps extends Omit<TextProps, "onSubmit"> {
  /** Lines that are shown; 4 by default. */
  readonly rows?: number;
  readonly isCode?: boolean;
}

export function TextArea(props: TextAreaProps): ReactElement {
  const { rows = 4, isCode = false } = props;
  return (
    <Field {...props}>
      {(control) => (
        <textarea
          {...control}
          {...textHandlers(props)}
          rows={rows}
          spellCheck={isCode ? false : undefined}
          className={isCode ? `${styles.input} ${styles.area} ${styles.code}` : `${styles.input} ${styles.area}`}
        />
      )}
    </Field>
  );
}

/** A search with a button that empties it; Escape does the same. Its label is for screen readers. */
export function SearchField(props: TextProps): ReactElement {
  const { value, onChange, onSubmit, placeholder = props.label } = props;
  const clear = (): void => {
    onChange("");
    onSubmit?.("");
  };
  const handlers = textHandlers({ ...props, placeholder });
  return (
    <Field isLabelHidden {...props}>
      {(control) => (
        <div className={styles.search}>
          <Icon name="search" size={14} />
          <input
            {...control}
            {...handlers}
            type="search"
            autoComplete="off"
            spellCheck={false}
            className={styles.input}
            onKeyDown={(event) => {
              if (event.key === "Escape" && value !== "") {
                event.stopPropagation();
                event.preventDefault();
                clear();
              } else handlers.onKeyDown(event);
            }}
          />
          {value !== "" && (
            <button type="button" className={styles.end} aria-label={`Clear ${props.label}`} onClick={clear}>
              <Icon name="close" size={12} />
            </button>
          )}
        </div>
      )}
    </Field>
  );
}
