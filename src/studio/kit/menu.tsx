import type { ReactElement } from "react";
import type { ButtonProps } from "./button.tsx";
import { Icon, type IconName } from "./icon.tsx";
import { menuKeys, Popup } from "./popup.tsx";
import list from "./list.module.css";

export interface MenuEntry {
  readonly id: string;
  readonly label: string;
  readonly description?: string;
  readonly icon?: IconName;
  readonly onAction: () => void;
  readonly danger?: boolean;
  readonly isDisabled?: boolean;
  /** Draws a line above. */
  readonly startsGroup?: boolean;
}

interface MenuProps extends Pick<ButtonProps, "variant" | "size" | "isDisabled"> {
  /** The button's text, or its name where `icon` is all it shows. */
  readonly label: string;
  readonly items: readonly MenuEntry[];
  /** Shows this picture in place of the text. */
  readonly icon?: IconName;
}

export function Menu(props: MenuProps): ReactElement {
  const { label, items, icon, variant = icon ? "quiet" : "default", ...rest } = props;
  const button = (
    <>
      {label}
      <Icon name="chevronDown" size={12} />
    </>
  );
  return (
    <Popup
      {...rest}
      {...(icon ? { icon, "aria-label": label } : { button })}
      variant={variant}
      role="menu"
      label={label}
      onKeyDown={menuKeys}
    >
      {(close) => <MenuItems items={items} close={close} />}
    </Popup>
  );
}

/** What stands in a menu that is open. */
export function MenuItems(props: { readonly items: readonly MenuEntry[]; readonly close: () => void }): ReactElement {
  return (
    <>
      {props.items.map((item) => (
        <Item key={item.id} item={item} close={props.close} />
      ))}
    </>
  );
}

function Item({ item, close }: { readonly item: MenuEntry; readonly close: () => void }): ReactElement {
  const { label, description, icon, onAction, danger, isDisabled, startsGroup } = item;
  const act = (): void => {
    close();
    onAction();
  };
  return (
    <>
      {startsGroup && <div role="separator" className={list.separator} />}
      <button
        type="button"
        role="menuitem"
        tabIndex={-1}
        disabled={isDisabled}
        className={list.item}
        data-danger={danger}
        onClick={act}
      >
        {icon && <Icon name={icon} />}
        <span className={list.texts}>
          <span>{label}</span>
          {description !== undefined && <span className={list.description}>{description}</span>}
        </span>
      </button>
    </>
  );
}
