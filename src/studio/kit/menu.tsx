import type { ReactElement } from "react";
import { Menu as AriaMenu, MenuItem, MenuTrigger, Popover, Separator, Text } from "react-aria-components";
import { Button, type ButtonProps } from "./button.tsx";
import { Icon, type IconName } from "./icon.tsx";
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

export interface MenuProps {
  /** The button's text, or its name where `icon` is all it shows. */
  readonly label: string;
  readonly items: readonly MenuEntry[];
  /** Shows this picture in place of the text. */
  readonly icon?: IconName;
  readonly variant?: ButtonProps["variant"];
  readonly size?: ButtonProps["size"];
  readonly isDisabled?: boolean;
}

export function Menu(props: MenuProps): ReactElement {
  const { label, items, icon, variant = icon ? "quiet" : "default", size = "medium", isDisabled = false } = props;
  return (
    <MenuTrigger>
      {icon ? (
        <Button variant={variant} size={size} icon={icon} aria-label={label} isDisabled={isDisabled} />
      ) : (
        <Button variant={variant} size={size} isDisabled={isDisabled}>
          {label}
          <Icon name="chevronDown" size={12} />
        </Button>
      )}
      <Popover className={list.popover} placement="bottom end" offset={4}>
        <AriaMenu className={list.list} onAction={(key) => items.find((item) => item.id === key)?.onAction()}>
          {items.flatMap((item) => [
            ...(item.startsGroup ? [<Separator key={`${item.id}-line`} className={list.separator} />] : []),
            <MenuItem
              key={item.id}
              id={item.id}
              textValue={item.label}
              isDisabled={item.isDisabled ?? false}
              className={list.item}
              {...(item.danger && { "data-danger": true })}
            >
              {item.icon && <Icon name={item.icon} />}
              <span className={list.texts}>
                <Text slot="label">{item.label}</Text>
                {item.description !== undefined && (
                  <Text slot="description" className={list.description}>
                    {item.description}
                  </Text>
                )}
              </span>
            </MenuItem>,
          ])}
        </AriaMenu>
      </Popover>
    </MenuTrigger>
  );
}
