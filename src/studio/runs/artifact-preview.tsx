import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef, type ReactElement } from "react";
import type { ArtifactEntry } from "../../contract/index.ts";
import { api } from "../api/index.ts";
import { useWorkspace } from "../app/index.ts";
import { Bytes, CodeBlock, CopyAs, EmptyState, ErrorCard, Icon, LogView, Notice, Skeleton } from "../kit/index.ts";
import { artifactKind, isBinary, readCsv, type ArtifactKind } from "./artifact-kind.ts";
import { nameOf } from "./artifact-tree.ts";
import { useLineSearch } from "./use-run-search.ts";
import styles from "./run-outputs.module.css";

/** Bytes of a text that are shown. */
const textLimit = 262_144;
/** Bytes of a picture that is shown. */
const imageLimit = 20_000_000;
/** Characters of a text whose words are coloured. */
const codeLimit = 100_000;
const shownRows = 200;
const shownColumns = 60;

interface PreviewProps {
  /** Id of the run. */
  readonly run: string;
  readonly entry: ArtifactEntry;
  /** What is in it, of a folder. */
  readonly items: readonly ArtifactEntry[] | undefined;
}

export function ArtifactPreview({ run, entry, items }: PreviewProps): ReactElement {
  const workspace = useWorkspace();
  const path = `/api/v1/workspaces/${encodeURIComponent(workspace)}/runs/${encodeURIComponent(run)}/artifacts/${entry.path.split("/").map(encodeURIComponent).join("/")}`;
  return (
    <>
      <header className={styles.head}>
        <h2 className={styles.title}>{nameOf(entry.path)}</h2>
        {entry.size !== null && <Bytes value={entry.size} />}
        {!entry.isFolder && (
          <a className={styles.download} href={path} download={nameOf(entry.path)}>
            <Icon name="download" size={14} />
            Download
          </a>
        )}
        <CopyAs
          cli={`mlflow artifacts download --run-id ${run} --artifact-path '${entry.path}'`}
          rest={{ method: "GET", path }}
        />
      </header>
      {entry.isFolder ? <Folder items={items} /> : <File run={run} entry={entry} />}
    </>
  );
}

function Folder({ items }: { readonly items: readonly ArtifactEntry[] | undefined }): ReactElement {
  if (!items) return <Skeleton height={60} />;
  const files = items.filter(({ isFolder }) => !isFolder);
  const bytes = files.reduce((sum, { size }) => sum + (size ?? 0), 0);
  const folders = items.length - files.length;
  return (
    <p className={styles.about}>
      {files.length.toLocaleString("en-US")} {files.length === 1 ? "file" : "files"}, <Bytes value={bytes} />
      {folders > 0 && `, and ${folders.toLocaleString("en-US")} ${folders === 1 ? "folder" : "folders"}`}.
    </p>
  );
}

function File({ run, entry }: { readonly run: string; readonly entry: ArtifactEntry }): ReactElement {
  const workspace = useWorkspace();
  const kind = artifactKind(entry.path);
  const size = entry.size ?? 0;
  const isShown = size > 0 && (kind.kind !== "image" || size <= imageLimit);
  const { data: bytes, error } = useQuery({
    queryKey: ["runArtifactBytes", { workspace, run, path: entry.path, size }],
    queryFn: async ({ signal }) => {
      // A byte range of a picture is none.
      const headers: Record<string, string> = kind.kind === "image" ? {} : { range: `bytes=0-${textLimit - 1}` };
      const response = await api.getRunArtifact({ workspace, run, path: entry.path }, { signal, headers });
      return new Uint8Array(await response.arrayBuffer());
    },
    enabled: isShown,
    structuralSharing: false,
    gcTime: 30_000,
  });
  if (size === 0) return <EmptyState title="The file is empty" />;
  if (!isShown) return <EmptyState title="The picture is too large to be shown">Download it to look at it.</EmptyState>;
  if (error) return <ErrorCard error={error} />;
  if (!bytes) return <Skeleton height={280} />;
  if (kind.kind === "image") return <Picture bytes={bytes} mediaType={kind.mediaType} name={nameOf(entry.path)} />;
  if (isBinary(bytes)) return <EmptyState title="This is no text">Download it to open it with its program.</EmptyState>;
  return (
    <>
      {size > bytes.length && <Notice tone="info">The first {(textLimit / 1024).toFixed(0)} KiB of the file.</Notice>}
      <TextFile text={new TextDecoder().decode(bytes)} kind={kind} isWhole={size <= bytes.length} />
    </>
  );
}

interface TextFileProps {
  readonly text: string;
  readonly kind: ArtifactKind;
  readonly isWhole: boolean;
}

function TextFile({ text, kind, isWhole }: TextFileProps): ReactElement {
  const lines = useLineSearch();
  if (kind.kind === "table")
    return <CsvTable rows={readCsv(text, { separator: kind.separator, rows: shownRows + 1 })} />;
  if (kind.kind === "code" && text.length <= codeLimit)
    return <CodeBlock language={kind.language} code={kind.language === "json" && isWhole ? prettyJson(text) : text} />;
  return <LogView text={text} {...lines} />;
}

function prettyJson(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

function CsvTable({ rows: [head = [], ...rows] }: { readonly rows: readonly string[][] }): ReactElement {
  return (
    <>
      <div className={styles.table} tabIndex={0} role="region" aria-label="Rows of the file">
        <table>
          <thead>
            <tr>
              {head.slice(0, shownColumns).map((name, index) => (
                <th key={index} scope="col">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row, at) => (
              <tr key={at}>
                {row.slice(0, shownColumns).map((cell, index) => (
                  <td key={index}>{cell}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {(rows.length >= shownRows || head.length > shownColumns) && (
        <p className={styles.about}>
          The first {rows.length} rows{head.length > shownColumns && ` and ${shownColumns} of ${head.length} columns`}.
        </p>
      )}
    </>
  );
}

function Picture({
  bytes,
  mediaType,
  name,
}: {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly mediaType: string;
  readonly name: string;
}) {
  const image = useRef<HTMLImageElement>(null);
  useEffect(() => {
    const address = URL.createObjectURL(new Blob([bytes], { type: mediaType }));
    if (image.current) image.current.src = address;
    return () => URL.revokeObjectURL(address);
  }, [bytes, mediaType]);
  return <img ref={image} className={styles.picture} alt={name} />;
}
