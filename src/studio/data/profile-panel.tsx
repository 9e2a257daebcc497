import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import type { ColumnProfile, TableProfile } from "../../contract/index.ts";
import { ChartFrame, ColumnDistribution } from "../charts/index.ts";
import { query } from "../api/index.ts";
import { useWorkspace } from "../app/index.ts";
import {
  Button,
  ErrorCard,
  formatNumber,
  formatPercent,
  Notice,
  SearchField,
  Skeleton,
  Toolbar,
} from "../kit/index.ts";
import styles from "./data.module.css";
import { distributionTable, factsOf } from "./column-facts.ts";
import type { PanelProps } from "./panel.ts";

/** What every column holds, as numbers and as a picture. */
export function ProfilePanel({ dataset, version, search, onChange }: PanelProps) {
  const workspace = useWorkspace();
  const input = { workspace, dataset, version: String(version.version) };
  const { data, error } = useQuery(query("getDatasetProfile", input));
  if (error) return <ErrorCard error={error} />;
  if (!data) return <Skeleton />;
  const part = (search.q ?? "").toLowerCase();
  const columns = data.columns.filter(({ name }) => name.toLowerCase().includes(part));
  return (
    <>
      <TableWarnings profile={data} />
      <Toolbar
        end={
          <span className={styles.muted}>{`${formatNumber(columns.length)} of ${data.columns.length} columns`}</span>
        }
      >
        <SearchField
          label="Part of a column's name"
          value={search.q ?? ""}
          onChange={(q) => onChange({ q: q || undefined })}
        />
      </Toolbar>
      <ul className={styles.columns}>
        {columns.map((column) => (
          <ColumnCard
            key={column.name}
            column={column}
            isOpen={column.name === search.column}
            onToggle={() => onChange({ column: column.name === search.column ? undefined : column.name })}
          />
        ))}
      </ul>
    </>
  );
}

function TableWarnings({ profile: { duplicatedRows, warnings } }: { readonly profile: TableProfile }) {
  if (warnings.length === 0 && duplicatedRows === 0) return null;
  return (
    <Notice tone="warn" title="Worth a look">
      <ul>
        {warnings.map(({ id, message }) => (
          <li key={id + message}>{message}</li>
        ))}
      </ul>
    </Notice>
  );
}

interface ColumnCardProps {
  readonly column: ColumnProfile;
  readonly isOpen: boolean;
  readonly onToggle: () => void;
}

function ColumnCard({ column, isOpen, onToggle }: ColumnCardProps) {
  const card = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (isOpen) card.current?.scrollIntoView({ block: "nearest" });
  }, [isOpen]);
  const { name, type, warnings } = column;
  return (
    <li ref={card} className={styles.column} data-open={isOpen}>
      <div className={styles.columnHead}>
        <h2>{name}</h2>
        <Button
          size="small"
          variant="quiet"
          aria-expanded={isOpen}
          aria-label={`${isOpen ? "Less" : "More"} about ${name}`}
          onPress={onToggle}
        >
          {isOpen ? "Less" : "More"}
        </Button>
      </div>
      <p className={styles.muted}>
        {type} · {formatNumber(column.distinct)} distinct
        {column.nulls > 0 && ` · ${formatPercent(column.nullRatio)} empty`}
      </p>
      <Distribution column={column} isOpen={isOpen} />
      <dl className={styles.facts}>
        {factsOf(column, isOpen).map(([label, value]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd title={value}>{value}</dd>
          </div>
        ))}
      </dl>
      {warnings.map(({ id, message }) => (
        <p key={id} className={styles.warning}>
          {message}
        </p>
      ))}
    </li>
  );
}

function Distribution({ column, isOpen }: Pick<ColumnCardProps, "column" | "isOpen">) {
  if (!isOpen) return <ColumnDistribution profile={column} isSmall />;
  const { name } = column;
  return (
    <ChartFrame id="values" title={`Values of ${name}`} fileName={`${name}-values`} table={distributionTable(column)}>
      <ColumnDistribution profile={column} />
    </ChartFrame>
  );
}
