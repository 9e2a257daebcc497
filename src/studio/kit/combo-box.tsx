/** One of a list that is found by typing: an editable combobox with a list below (WAI-ARIA 1.2). */
import { useEffect, useId, useRef, useState, type KeyboardEvent, type ReactElement, type RefObject } from "react";
import { matching, movedIndex, type Move } from "./combo-box-list.ts";
import { Field, type FieldControl, type FieldProps } from "./field.tsx";
import { Icon } from "./icon.tsx";
import { closeWhenMoved, place } from "./popup.tsx";
import type { Option } from "./select.tsx";
import styles from "./field.module.css";
import own from "./combo-box.module.css";
import list from "./list.module.css";

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

const moves: Readonly<Record<string, Move>> = { ArrowDown: "next", ArrowUp: "previous", Home: "first", End: "last" };

export function ComboBox(props: ComboBoxProps): ReactElement {
  const box = useComboBox(props);
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const popup = useRef<HTMLDivElement>(null);
  usePopup(popup, input, box.isOpen, box.close);
  const toggle = (): void => {
    input.current?.focus();
    if (box.isOpen) box.close();
    else box.open();
  };
  return (
    <Field {...props}>
      {(control) => (
        <div className={own.combo}>
          <Input control={control} ref={input} listId={id} box={box} placeholder={props.placeholder} />
          <button
            type="button"
            tabIndex={-1}
            aria-label={`Options of ${props.label}`}
            className={styles.end}
            disabled={props.isDisabled}
            onMouseDown={(event) => event.preventDefault()}
            onClick={toggle}
          >
            <Icon name="chevronDown" size={12} />
          </button>
          <div ref={popup} id={id} popover="manual" role="listbox" aria-label={props.label} className={own.popup}>
            {box.isOpen && <Options id={id} box={box} empty={props.empty} />}
          </div>
        </div>
      )}
    </Field>
  );
}

type Box = ReturnType<typeof useComboBox>;

interface InputProps {
  readonly control: FieldControl;
  readonly ref: RefObject<HTMLInputElement | null>;
  readonly listId: string;
  readonly box: Box;
  readonly placeholder: string | undefined;
}

function Input({ control, ref, listId, box, placeholder }: InputProps): ReactElement {
  return (
    <input
      {...control}
      ref={ref}
      className={styles.input}
      role="combobox"
      aria-autocomplete="list"
      aria-expanded={box.isOpen}
      aria-controls={box.isOpen ? listId : undefined}
      aria-activedescendant={box.isOpen && box.active >= 0 ? `${listId}-${box.active}` : undefined}
      autoComplete="off"
      spellCheck={false}
      placeholder={placeholder}
      value={box.text}
      onChange={({ target }) => box.type(target.value)}
      onKeyDown={box.onKeyDown}
      onClick={box.open}
      onBlur={box.leave}
    />
  );
}

interface OptionsProps {
  readonly id: string;
  readonly box: Box;
  readonly empty: string | undefined;
}

function Options({ id, box, empty = "Nothing to choose from" }: OptionsProps): ReactElement {
  if (box.shown.length === 0) {
    return (
      <div role="option" aria-disabled="true" aria-selected="false" className={list.empty}>
        {empty}
      </div>
    );
  }
  return (
    <>
      {box.shown.map((option, at) => (
        <div
          key={option.id}
          id={`${id}-${at}`}
          role="option"
          aria-selected={option.id === box.chosen}
          aria-disabled={option.isDisabled === true || undefined}
          data-active={at === box.active || undefined}
          className={list.item}
          ref={(element) => {
            if (at === box.active) element?.scrollIntoView({ block: "nearest" });
          }}
          // The focus stays in the field.
          onMouseDown={(event) => event.preventDefault()}
          onClick={() => option.isDisabled !== true && box.choose(option)}
        >
          <span className={list.check}>{option.id === box.chosen && <Icon name="check" size={14} />}</span>
          <span className={list.texts}>
            <span>{option.label}</span>
            {option.description !== undefined && <span className={list.description}>{option.description}</span>}
          </span>
        </div>
      ))}
    </>
  );
}

function useComboBox({ options, value, onChange, allowsOther = false, isDisabled = false }: ComboBoxProps) {
  /** What is being typed; null: the chosen option is shown. */
  const [typed, setTyped] = useState<string | null>(null);
  const [isOpen, setOpen] = useState(false);
  const [active, setActive] = useState(-1);
  const current = options.find((option) => option.id === value);
  const shown = matching(options, typed ?? "");
  const chosenAt = shown.findIndex((option) => option.id === value);
  const open = (): void => {
    if (isDisabled || isOpen) return;
    setOpen(true);
    setActive(chosenAt);
  };
  const close = (): void => setOpen(false);
  const choose = (option: Option): void => {
    setTyped(null);
    close();
    onChange(option.id);
  };
  const type = (text: string): void => {
    setTyped(text);
    setOpen(true);
    setActive(text === "" ? -1 : 0);
    if (allowsOther) onChange(text === "" ? null : text);
  };
  const leave = (): void => {
    const exact = options.find(({ label }) => label === typed);
    if (exact) onChange(exact.id);
    setTyped(null);
    close();
  };
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>): void => {
    const move = moves[event.key];
    const option = shown[active];
    if (event.key === "Enter" && isOpen && option && option.isDisabled !== true) choose(option);
    else if (event.key === "Escape" && (isOpen || typed !== null)) {
      setTyped(null);
      close();
    } else if (move !== undefined && (isOpen || move === "next" || move === "previous")) {
      setOpen(!isDisabled);
      setActive(isOpen ? movedIndex(move, active, shown.length) : Math.max(0, chosenAt));
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const text = typed ?? current?.label ?? value ?? "";
  return { text, isOpen, active, shown, chosen: value, open, close, choose, type, leave, onKeyDown };
}

/** Shows the list below its field while it is open. */
function usePopup(
  popup: RefObject<HTMLDivElement | null>,
  input: RefObject<HTMLInputElement | null>,
  isOpen: boolean,
  close: () => void,
): void {
  const latestClose = useRef(close);
  useEffect(() => {
    latestClose.current = close;
  });
  useEffect(() => {
    if (!isOpen || !popup.current || !input.current) return;
    const shown = popup.current;
    showBelow(shown, input.current);
    const stop = closeWhenMoved(popup, () => latestClose.current());
    return () => {
      stop();
      shown.hidePopover();
    };
  }, [isOpen, input, popup]);
}

function showBelow(shown: HTMLElement, field: HTMLElement): void {
  shown.showPopover();
  shown.style.minWidth = `${field.offsetWidth}px`;
  place(shown, field);
}
