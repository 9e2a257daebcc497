import type { ReactElement } from "react";
import type { ColumnProfile } from "../../contract/index.ts";
import { SearchBox, formatNumber } from "../kit/index.ts";
import type { StepProps } from "./step-props.ts";
import { directions, purposes, readPairs, writePairs } from "./wizard-search.ts";
import styles from "./wizard.module.css";

/** Of more columns the first; the others are found by name. */
const shownColumns = 30;

/** For each column: what it is taken for, and how the prediction may move with it. */
export function ColumnOptions(props: StepProps): ReactElement {
  const { columns: find = "" } = props.search;
  const { profile, target } = props.facts;
  const all = (profile?.columns ?? []).filter(({ name }) => name !== target?.name);
  const found = all.filter(({ name }) => name.toLowerCase().includes(find.toLowerCase()));
  return (
    <fieldset className={styles.fieldset}>
      <legend>Columns</legend>
      {all.length > shownColumns && (
        <SearchBox label="Find a column" value={find} onSearch={(columns) => props.change({ columns })} />
      )}
      <div className={styles.tableScroll} role="region" aria-label="Options of columns" tabIndex={0}>
        <table className={styles.columnsTable}>
          <thead>
            <tr>
              <th scope="col">Column</th>
              <th scope="col">Taken for</th>
              <th scope="col">Prediction with it</th>
            </tr>
          </thead>
          <tbody>
            {found.slice(0, shownColumns).map((column) => (
              <ColumnRow key={column.name} column={column} {...props} />
            ))}
          </tbody>
        </table>
      </div>
      {found.length > shownColumns && (
        <p className={styles.note}>and {formatNumber(found.length - shownColumns)} more: search by name</p>
      )}
    </fieldset>
  );
}

function ColumnRow({ column, search, change }: StepProps & { readonly column: ColumnProfile }): ReactElement {
  const { name, type } = column;
  const chosen = readPairs(search.purposes, purposes);
  const moves = readPairs(search.monotone, directions);
  const isDropped = search.drop?.includes(name) ?? false;
  const setPurpose = (purpose: string): void => {
    const { [name]: _before, ...others } = chosen as Record<string, string>;
    const drop = (search.drop ?? []).filter((other) => other !== name);
    const dropped = purpose === "drop" ? [...drop, name] : drop;
    change({
      purposes: writePairs(purpose === "auto" || purpose === "drop" ? others : { ...others, [name]: purpose }),
      drop: dropped.length === 0 ? undefined : dropped,
    });
  };
  const setMove = (move: string): void => {
    const { [name]: _before, ...others } = moves as Record<string, string>;
    change({ monotone: writePairs(move === "any" ? others : { ...others, [name]: move }) });
  };
  return (
    <tr>
      <th scope="row">
        {name} <span className={styles.columnType}>{type}</span>
      </th>
      <td>
        {/* Two native lists in each row: there may be many rows. */}
        <select
          className={styles.nativeSelect}
          aria-label={`What ${name} is taken for`}
          value={isDropped ? "drop" : (chosen[name] ?? "auto")}
          onChange={({ target }) => setPurpose(target.value)}
        >
          <option value="auto">Automatic</option>
          {purposes.map((purpose) => (
            <option key={purpose}>{purpose}</option>
          ))}
          <option value="drop">Left out</option>
        </select>
      </td>
      <td>{type === "numeric" && <MoveList name={name} value={moves[name] ?? "any"} onChange={setMove} />}</td>
    </tr>
  );
}

interface MoveListProps {
  readonly name: string;
  readonly value: string;
  readonly onChange: (move: string) => void;
}

function MoveList({ name, value, onChange }: MoveListProps): ReactElement {
  return (
    <select
      className={styles.nativeSelect}
      aria-label={`How the prediction moves with ${name}`}
      value={value}
      onChange={({ target }) => onChange(target.value)}
    >
      <option value="any">Any way</option>
      <option value="increasing">May only rise</option>
      <option value="decreasing">May only fall</option>
    </select>
  );
}
