import { Duration, RelativeTime, StatusBadge, type Column } from "../kit/index.ts";
import type { RunItem } from "../../contract/index.ts";
import { kindLabels, metricText } from "../runs/index.ts";
import styles from "./jobs-page.module.css";

/** Ids of the columns that can be hidden. */
export const usualColumns = [
  { id: "kind", label: "Kind" },
  { id: "experiment", label: "Experiment" },
  { id: "user", label: "User" },
  { id: "start", label: "Started" },
  { id: "duration", label: "Duration" },
] as const;

/**
 * @param cols as in the address: "metrics.AUC" for one beyond the usual ones, "-user" for one that is hidden
 * @param experimentName of a number
 */
export function runColumns(cols: readonly string[], experimentName: (number: number) => string): Column<RunItem>[] {
  const usual: Column<RunItem>[] = [
    {
      id: "name",
      header: "Name",
      cell: ({ name }) => name,
      sortable: true,
      cardPrimary: true,
      width: "minmax(150px, 2fr)",
    },
    {
      id: "status",
      header: "Status",
      sortable: true,
      width: 116,
      cardSecondary: true,
      cell: ({ status }) => <StatusBadge status={status} />,
    },
    { id: "kind", header: "Kind", width: 112, cell: ({ kind }) => kindLabels[kind] },
    {
      id: "experiment",
      header: "Experiment",
      cell: ({ experiment }) => experimentName(experiment),
      width: "minmax(110px, 1fr)",
    },
    { id: "user", header: "User", sortable: true, width: 84, cell: ({ user }) => user },
    {
      id: "start",
      header: "Started",
      sortable: true,
      descendingFirst: true,
      width: 104,
      cardSecondary: true,
      cell: (run) => <RelativeTime at={run.startedAt ?? run.createdAt} />,
    },
    {
      id: "duration",
      header: "Duration",
      align: "end",
      width: 100,
      cardSecondary: true,
      cell: ({ startedAt, endedAt }) => <Duration from={startedAt} to={endedAt} />,
    },
  ];
  const shown = usual.filter(({ id }) => !cols.includes(`-${id}`));
  return [...shown, ...loggedColumns(cols)];
}

function loggedColumns(cols: readonly string[]): Column<RunItem>[] {
  return cols.flatMap((id): Column<RunItem>[] => {
    const [, entity, name = ""] = /^(metrics|params|tags)\.(.+)$/s.exec(id) ?? [];
    if (entity === "metrics")
      return [
        {
          id,
          header: name,
          align: "end",
          width: "minmax(90px, 0.7fr)",
          sortable: true,
          descendingFirst: true,
          cardPrimary: true,
          cell: ({ metrics }) => metricText(metrics?.[name]),
        },
      ];
    if (entity !== "params" && entity !== "tags") return [];
    const valueOf = (run: RunItem): string => run[entity]?.[name] ?? "–";
    return [
      {
        id,
        header: name,
        sortable: true,
        width: "minmax(90px, 0.8fr)",
        cell: (run) => (
          <span className={styles.value} title={valueOf(run)}>
            {valueOf(run)}
          </span>
        ),
      },
    ];
  });
}
