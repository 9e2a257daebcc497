import { useQuery } from "@tanstack/react-query";
import type { DatasetColumn } from "../../contract/index.ts";
import { query } from "../api/index.ts";
import { useWorkspace } from "../app/index.ts";
import { DataTable, ErrorCard, formatNumber, Notice, Skeleton, type Column } from "../kit/index.ts";
import type { PanelProps } from "./panel.ts";

const columns: readonly Column<DatasetColumn>[] = [
  { id: "name", header: "Column", cell: ({ name }) => name, cardPrimary: true },
  { id: "type", header: "Type", cell: ({ type }) => type, width: 110, cardPrimary: true },
  { id: "purpose", header: "Used as", cell: ({ purpose }) => purpose, width: 130, cardSecondary: true },
  { id: "reason", header: "Because", cell: ({ reason }) => reason, width: "3fr", cardSecondary: true },
  { id: "nulls", header: "Empty", cell: ({ nulls }) => formatNumber(nulls), align: "end", width: 100 },
];

/** The types of the columns, and what each is for as a feature. */
export function SchemaPanel({ dataset, version }: PanelProps) {
  const workspace = useWorkspace();
  const input = { workspace, dataset, version: String(version.version) };
  const { data, error } = useQuery(query("getDatasetVersion", input));
  if (error) return <ErrorCard error={error} />;
  if (!data) return <Skeleton />;
  const { reported, warnings, schema } = data;
  return (
    <>
      {(warnings.length > 0 || reported.count > 0) && (
        <Notice tone="info" title="How the file was read">
          <ul>
            {warnings.map((text) => (
              <li key={text}>{text}</li>
            ))}
            {reported.rows.slice(0, 10).map(({ line, reason }) => (
              <li key={line}>
                Line {line} is not in the table: {reason}
              </li>
            ))}
            {reported.count > 10 && <li>{formatNumber(reported.count)} lines are not in the table altogether.</li>}
          </ul>
        </Notice>
      )}
      <DataTable<DatasetColumn> label="Columns" columns={columns} rows={schema} rowId={({ name }) => name} />
    </>
  );
}
