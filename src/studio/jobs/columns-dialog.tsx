import { useQuery } from "@tanstack/react-query";
import { useState, type ReactElement } from "react";
import type { RunItem } from "../../contract/index.ts";
import { query } from "../api/index.ts";
import { Button, Checkbox, Dialog, ErrorCard, SearchField, Skeleton } from "../kit/index.ts";
import type { ListInput } from "./list-query.ts";
import { usualColumns } from "./run-columns.tsx";
import styles from "./jobs-page.module.css";

/** Runs whose metrics and parameters are offered. */
const looked = 50;
/** Names that are offered at a time; the rest by a part of them. */
const offered = 60;

export interface ColumnsDialogProps {
  /** What the table shows, but for its columns. */
  readonly input: ListInput;
  readonly cols: readonly string[];
  readonly onChange: (cols: string[]) => void;
}

/** Which columns there are: the usual ones, and the metrics, parameters and tags of the first runs. */
export function ColumnsDialog(props: ColumnsDialogProps): ReactElement {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button icon="columns" onPress={() => setOpen(true)}>
        Columns
      </Button>
      <Dialog
        title="Columns"
        isOpen={isOpen}
        onOpenChange={setOpen}
        actions={(close) => <Button onPress={close}>Done</Button>}
      >
        {isOpen && <Choices {...props} />}
      </Dialog>
    </>
  );
}

function Choices({ input, cols, onChange }: ColumnsDialogProps): ReactElement {
  const [find, setFind] = useState("");
  const fields = ["metrics", "params", "tags"];
  const asked = query("listRuns", { ...input, query: { ...input.query, limit: looked, fields } });
  const { data, error } = useQuery(asked);
  const toggle = (id: string, isOn: boolean): void =>
    onChange(isOn ? [...cols, id] : cols.filter((other) => other !== id));
  const names = data ? loggedNames(data.items, cols) : [];
  const found = names.filter((name) => name.toLowerCase().includes(find.toLowerCase()));
  return (
    <div className={styles.choices}>
      <fieldset className={styles.group}>
        <legend>Usual</legend>
        {usualColumns.map(({ id, label }) => (
          <Checkbox
            key={id}
            label={label}
            value={!cols.includes(`-${id}`)}
            onChange={(isOn) => toggle(`-${id}`, !isOn)}
          />
        ))}
      </fieldset>
      <fieldset className={styles.group}>
        <legend>Metrics, parameters and tags</legend>
        {names.length > 12 && <SearchField label="Find a column" value={find} onChange={setFind} />}
        {error && <ErrorCard error={error} />}
        {!data && !error && <Skeleton height={120} />}
        {data && names.length === 0 && <p className={styles.hint}>The newest runs have logged none.</p>}
        {found.slice(0, offered).map((id) => (
          <Checkbox key={id} label={id} value={cols.includes(id)} onChange={(isOn) => toggle(id, isOn)} />
        ))}
        {found.length > offered && (
          <p className={styles.hint}>{found.length - offered} more: type a part of the name.</p>
        )}
      </fieldset>
    </div>
  );
}

/** The shown ones first. */
function loggedNames(runs: readonly RunItem[], cols: readonly string[]): string[] {
  const names = new Set<string>(cols.filter((id) => !id.startsWith("-")));
  for (const entity of ["metrics", "params", "tags"] as const)
    for (const name of new Set(runs.flatMap((run) => Object.keys(run[entity] ?? {}))).values())
      if (entity !== "tags" || !name.startsWith("mlflow.")) names.add(`${entity}.${name}`);
  return [...names];
}
