import type { ReactElement } from "react";
import { Icon } from "../icon.tsx";
import { menuKeys, Popup } from "../popup.tsx";
import { isHideable } from "./columns.ts";
import type { Column } from "./types.ts";
import list from "../list.module.css";

export interface ColumnPickerProps {
  readonly columns: readonly Pick<Column<never>, "id" | "header" | "hideable">[];
  /** Ids of the columns that are not shown. */
  readonly hidden: readonly string[];
  readonly onChange: (hidden: string[]) => void;
}

/** A menu of the columns that a table shows; it stays open while one chooses. */
export function ColumnPicker({ columns, hidden, onChange }: ColumnPickerProps): ReactElement {
  const hideable = columns.filter((column, index) => isHideable(column, index));
  const toggle = (id: string): void =>
    onChange(hidden.includes(id) ? hidden.filter((other) => other !== id) : [...hidden, id]);
  return (
    <Popup role="menu" label="Columns" icon="columns" button="Columns" onKeyDown={menuKeys}>
      {() =>
        hideable.map(({ id, header }) => (
          <button
            key={id}
            type="button"
            role="menuitemcheckbox"
            aria-checked={!hidden.includes(id)}
            tabIndex={-1}
            className={list.item}
            onClick={() => toggle(id)}
          >
            <span className={list.check}>{!hidden.includes(id) && <Icon name="check" size={14} />}</span>
            {header}
          </button>
        ))
      }
    </Popup>
  );
}
