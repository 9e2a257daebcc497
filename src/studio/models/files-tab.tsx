/** The files of a version, to download. */
import { useQuery } from "@tanstack/react-query";
import { query } from "../api/index.ts";
import { Bytes, CopyAs, DataTable, ErrorCard, Icon, Skeleton, type Column, shellQuoted, restOf } from "../kit/index.ts";
import type { VersionTabProps } from "./version-props.ts";
import styles from "./models.module.css";

interface FileRow {
  readonly path: string;
  readonly size: number;
  readonly sha256: string;
  readonly href: string;
}

const columns: readonly Column<FileRow>[] = [
  {
    id: "path",
    header: "File",
    width: "2fr",
    cardPrimary: true,
    cell: ({ path, href }) => (
      <a href={href} download className={styles.link}>
        <Icon name="download" size={14} /> {path}
      </a>
    ),
  },
  {
    id: "size",
    header: "Size",
    align: "end",
    width: 100,
    cardSecondary: true,
    cell: ({ size }) => <Bytes value={size} />,
  },
  {
    id: "sha256",
    header: "SHA-256",
    width: "3fr",
    cell: ({ sha256 }) => <code className={styles.hash}>{sha256}</code>,
  },
];

export function FilesTab({ workspace, version: { model, version } }: VersionTabProps) {
  const number = String(version);
  const { data, error } = useQuery(query("listModelVersionFiles", { workspace, model, version: number }));
  if (error) return <ErrorCard error={error} />;
  if (!data) return <Skeleton height={160} />;
  const folder = `/api/v1/workspaces/${encodeURIComponent(workspace)}/models/${encodeURIComponent(model)}/versions/${number}/files/`;
  const rows = data.items.map((file) => ({
    ...file,
    href: folder + file.path.split("/").map(encodeURIComponent).join("/"),
  }));
  return (
    <>
      <DataTable label="Files" columns={columns} rows={rows} rowId={({ path }) => path} empty="It has no files." />
      <div>
        <CopyAs
          cli={`slipway models download ${shellQuoted(`${model}@${version}`)}`}
          rest={restOf(
            "GET",
            workspace,
            "models",
            model,
            `/versions/${version}/files/${encodeURIComponent(rows[0]?.path ?? "")}`,
          )}
        />
      </div>
    </>
  );
}
