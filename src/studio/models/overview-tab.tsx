/** What a version is: how good, of what, from where. */
import type { ReactNode } from "react";
import type { ModelVersionDetails } from "../../contract/index.ts";
import {
  Bytes,
  Card,
  CopyButton,
  DataTable,
  DateTime,
  DefinitionList,
  formatNumber,
  Tags,
  type Column,
} from "../kit/index.ts";
import type { VersionTabProps } from "./version-props.ts";
import styles from "./models.module.css";

type Contents = ModelVersionDetails["contents"];

const metricColumns: readonly Column<{ name: string; value: number; isPrimary: boolean }>[] = [
  {
    id: "name",
    header: "Metric",
    width: "2fr",
    cardPrimary: true,
    cell: ({ name, isPrimary }) => (
      <span className={isPrimary ? styles.better : undefined}>{isPrimary ? `${name} (primary)` : name}</span>
    ),
  },
  {
    id: "value",
    header: "Value",
    align: "end",
    cardSecondary: true,
    cell: ({ value }) => formatNumber(value, { digits: 6 }),
  },
];

const inputColumns: readonly Column<Contents["inputs"][number]>[] = [
  {
    id: "name",
    header: "Column",
    width: "2fr",
    cardPrimary: true,
    cell: ({ name }) => <code className={styles.hash}>{name}</code>,
  },
  { id: "type", header: "Type", cardSecondary: true, cell: ({ type }) => type },
  {
    id: "nullable",
    header: "Null",
    cardSecondary: true,
    cell: ({ nullable }) => (nullable ? "may be null" : "required"),
  },
  {
    id: "categories",
    header: "Categories",
    width: "2fr",
    cell: ({ categories }) =>
      categories === null ? "" : <span title={categories.slice(0, 200).join(", ")}>{categoriesText(categories)}</span>,
  },
];

const memberColumns: readonly Column<Contents["members"][number]>[] = [
  { id: "name", header: "Learner", width: "2fr", cardPrimary: true, cell: ({ name }) => name },
  {
    id: "weight",
    header: "Weight",
    align: "end",
    width: 90,
    cardSecondary: true,
    cell: ({ weight }) => formatNumber(weight),
  },
  {
    id: "params",
    header: "Hyperparameters",
    width: "4fr",
    cell: ({ params }) => <span title={paramsText(params)}>{paramsText(params)}</span>,
  },
];

function categoriesText(categories: readonly string[]): string {
  const shown = categories.slice(0, 6).join(", ");
  return categories.length > 6 ? `${shown}, … (${formatNumber(categories.length)})` : shown;
}

function paramsText(params: Readonly<Record<string, unknown>>): string {
  return Object.entries(params)
    .map(([name, value]) => `${name} ${typeof value === "string" ? value : JSON.stringify(value)}`)
    .join(", ");
}

export function OverviewTab({ version }: VersionTabProps) {
  const { contents, metrics, primaryMetric } = version;
  const rows = Object.entries(metrics)
    .map(([name, value]) => ({ name, value, isPrimary: name === primaryMetric }))
    .toSorted((a, b) => Number(b.isPrimary) - Number(a.isPrimary));
  return (
    <div className={styles.panel}>
      <div className={styles.pair}>
        <Card title="About">
          <About version={version} />
        </Card>
        <Card title="Metrics" isFlush>
          <DataTable
            label="Metrics"
            columns={metricColumns}
            rows={rows}
            rowId={({ name }) => name}
            maxHeight="430px"
            empty="It was registered without metrics."
          />
        </Card>
      </div>
      <Card title="Columns that it takes" isFlush>
        <DataTable
          label="Columns that it takes"
          columns={inputColumns}
          rows={contents.inputs}
          rowId={({ name }) => name}
          maxHeight="400px"
          empty="Its files say nothing of columns."
        />
      </Card>
      {contents.members.length > 0 && (
        <Card title="Learners inside" isFlush>
          <DataTable
            label="Learners inside"
            columns={memberColumns}
            rows={contents.members.map((member, index) => ({ ...member, index }))}
            rowId={(member) => `${(member as unknown as { index: number }).index}`}
            maxHeight="300px"
          />
        </Card>
      )}
    </div>
  );
}

/** Of our own models; those of other kinds are told by their own names. */
const particularWords: Readonly<Record<string, string>> = {
  slipway: "Made by Slipway",
  seed: "Seed",
  validation: "Validation",
  rows: "Rows of training",
};

function About({ version }: Pick<VersionTabProps, "version">) {
  const { kind, task, target, algorithm, contents, size, tags, params } = version;
  const speed = contents.rowMicroseconds;
  const details = Object.entries(contents.particulars).filter(([, value]) =>
    ["string", "number"].includes(typeof value),
  );
  return (
    <DefinitionList
      items={[
        ["Algorithm", algorithm],
        ["Task", task === null ? "not said" : `${task} of ${target ?? "–"}`],
        ["Kind", kind],
        ["Size", <Bytes key="size" value={size} />],
        ...(speed === null ? [] : [["Scoring a row", `${formatNumber(speed, { digits: 3 })} µs`] as const]),
        ...provenance(version),
        ...details.map(([name, value]) => [particularWords[name] ?? name, String(value)] as const),
        ...Object.entries(params).map(([name, value]) => [name, value] as const),
        ...(Object.keys(tags).length > 0 ? [["Tags", <Tags key="tags" tags={tags} />] as const] : []),
      ]}
    />
  );
}

function provenance({
  sha256,
  source,
  lineage,
  createdAt,
}: VersionTabProps["version"]): (readonly [label: string, value: ReactNode])[] {
  return [
    [
      "Registered",
      <span key="at">
        <DateTime at={createdAt} /> by {lineage.registeredBy}
      </span>,
    ],
    [
      "Source",
      <code key="source" className={styles.hash}>
        {source.uri}
      </code>,
    ],
    ...(lineage.codeCommit === null
      ? []
      : [
          [
            "Code",
            <code key="code" className={styles.hash}>
              {lineage.codeCommit}
            </code>,
          ] as const,
        ]),
    ...(sha256 === null
      ? []
      : ([
          [
            "SHA-256",
            <span key="hash">
              <code className={styles.hash}>{sha256.slice(0, 16)}…</code>{" "}
              <CopyButton text={sha256} label="Copy the SHA-256" />
            </span>,
          ],
        ] as const)),
  ];
}
