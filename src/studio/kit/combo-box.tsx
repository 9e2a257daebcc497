import { useContext, type ReactElement } from "react";
import {
  Button,
  ComboBox as AriaComboBox,
  FieldError,
  Input,
  Label,
  ListBox,
  ListBoxItem,
  Popover,
  Text,
} from "react-aria-components";
import { DialogContainer } from "./dialog-container.ts";
import type { FieldProps } from "./field.tsx";
import { Icon } from "./icon.tsx";
import type { Option } from "./select.tsx";
import styles from "./field.module.css";
import own from "./combo-box.module.css";
import list from "./list.module.css";

function Options({ options, empty }: { readonly options: readonly Option[]; readonly empty?: string }): ReactElement {
  const container = useContext(DialogContainer);
  return (
    <Popover className={list.popover} offset={4} {...(container && { UNSTABLE_portalContainer: container })}>
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
              <span>{option.label}</span>
              {option.description !== undefined && <span className={list.description}>{option.description}</span>}
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

/** One of a list that is found by typing. */
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
