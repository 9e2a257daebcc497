import type { ReactElement } from "react";
import { Menu, MenuItem, MenuTrigger, Popover } from "react-aria-components";
import { Button } from "../button.tsx";
import { Icon } from "../icon.tsx";
import { isHideable } from "./columns.ts";
import type { Column } from "./types.ts";
import list from "../list.module.css";

export interface ColumnPickerProps {
  readonly columns: readonly Pick<Column<never>, "id" | "header" | "hideable">[];
  /** Ids of the columns that are not shown. */
  readonly hidden: readonly string[];
  readonly onChange: (hidden: string[]) => void;
}

/** A menu of the columns that a table shows. */
export function ColumnPicker({ columns, hidden, onChange }: ColumnPickerProps): ReactElement {
  const hideable = columns.filter((column, index) => isHideable(column as Column<never>, index));
  const shown = hideable.filter((column) => !hidden.includes(column.id)).map((column) => column.id);
  return (
    <MenuTrigger>
      <Button icon="columns">Columns</Button>
      <Popover className={list.popover} placement="bottom end" offset={4}>
        <Menu
          className={list.list}
          aria-label="Columns"
          selectionMode="multiple"
          selectedKeys={shown}
          onSelectionChange={(keys) =>
            onChange(hideable.filter(({ id }) => keys !== "all" && !keys.has(id)).map(({ id }) => id))
          }
        >
          {hideable.map((column) => (
            <MenuItem key={column.id} id={column.id} className={list.item}>
              <span className={list.check}>
                <Icon name="check" size={14} />
              </span>
              {column.header}
            </MenuItem>
          ))}
        </Menu>
      </Popover>
    </MenuTrigger>
  );
}
