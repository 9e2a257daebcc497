/** One of a list: Select where the list is short, ComboBox where one types to find. */
import type { ReactElement } from "react";
import {
  Button,
  ComboBox as AriaComboBox,
  FieldError,
  Input,
  Label,
  ListBox,
  ListBoxItem,
  Popover,
  Select as AriaSelect,
  SelectValue,
  Text,
} from "react-aria-components";
import type { FieldProps } from "./field.tsx";
import { Icon } from "./icon.tsx";
import styles from "./field.module.css";
import own from "./select.module.css";
import list from "./list.module.css";

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

function Options({ options, empty }: { readonly options: readonly Option[]; readonly empty?: string }): ReactElement {
  return (
    <Popover className={list.popover} offset={4}>
      <ListBox
        className={list.list}
        renderEmptyState={() => <div className={list.empty}>{empty ?? "Nothing to choose from"}</div>}
      >
        {options.map((option) => (
          <ListBoxItem
            key={option.id}
            id={option.id}
            textValue={option.label}
            isDisabled={option.isDisabled ?? false}
            className={list.item}
          >
            <span className={list.check}>
              <Icon name="check" size={14} />
            </span>
            <span className={list.texts}>
              <Text slot="label">{option.label}</Text>
              {option.description !== undefined && (
                <Text slot="description" className={list.description}>
                  {option.description}
                </Text>
              )}
            </span>
          </ListBoxItem>
        ))}
      </ListBox>
    </Popover>
  );
}

function Below({ description, error }: Pick<FieldProps, "description" | "error">): ReactElement {
  return (
    <>
      {description !== undefined && (
        <Text slot="description" elementType="div" className={styles.description}>
          {description}
        </Text>
      )}
      <FieldError className={styles.error}>
        <Icon name="alert" size={12} />
        <span>{error}</span>
      </FieldError>
    </>
  );
}

export function Select<Id extends string>(props: SelectProps<Id>): ReactElement {
  const { label, isLabelHidden, description, error, options, value, onChange } = props;
  const { isDisabled = false, isRequired = false, placeholder = "Choose one" } = props;
  return (
    <AriaSelect
      className={styles.field}
      value={value}
      onChange={(id) => id !== null && onChange(id as Id)}
      isDisabled={isDisabled}
      isRequired={isRequired}
      isInvalid={Boolean(error)}
      placeholder={placeholder}
    >
      <Label className={isLabelHidden ? styles.hidden : styles.label}>{label}</Label>
      <Button className={own.button}>
        <SelectValue className={own.value}>
          {({ selectedText, isPlaceholder }) => (isPlaceholder ? placeholder : selectedText)}
        </SelectValue>
        <Icon name="chevronDown" size={12} />
      </Button>
      <Below description={description} error={error} />
      <Options options={options} />
    </AriaSelect>
  );
}

export interface ComboBoxProps extends FieldProps {
  readonly options: readonly Option[];
  /** Id of the chosen option; with `allowsOther` the text that was typed; null: none. */
  readonly value: string | null;
  readonly onChange: (value: string | null) => void;
  /** Takes text that is none of the options. */
  readonly allowsOther?: boolean;
  readonly placeholder?: string;
  /** What is said where no option matches. */
  readonly empty?: string;
}

export function ComboBox(props: ComboBoxProps): ReactElement {
  const { label, isLabelHidden, description, error, options, value, onChange, allowsOther = false, empty } = props;
  const { isDisabled = false, isRequired = false, placeholder } = props;
  const isOption = options.some((option) => option.id === value);
  return (
    <AriaComboBox
      className={styles.field}
      key={isOption || value === null ? "option" : "other"}
      value={isOption ? value : null}
      defaultInputValue={isOption ? "" : (value ?? "")}
      onChange={(id) => (id === null ? undefined : onChange(String(id)))}
      allowsCustomValue={allowsOther}
      allowsEmptyCollection
      menuTrigger="focus"
      isDisabled={isDisabled}
      isRequired={isRequired}
      isInvalid={Boolean(error)}
    >
      <Label className={isLabelHidden ? styles.hidden : styles.label}>{label}</Label>
      <div className={own.combo}>
        <Input className={styles.input} placeholder={placeholder} />
        <Button className={own.open}>
          <Icon name="chevronDown" size={12} />
        </Button>
      </div>
      <Below description={description} error={error} />
      <Options options={options} {...(empty !== undefined && { empty })} />
    </AriaComboBox>
  );
}
