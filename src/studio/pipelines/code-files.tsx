/** The files that command steps run: they go along with the definition. */
import type { ReactElement } from "react";
import { Bytes, Card, FileDrop, IconButton } from "../kit/index.ts";
import styles from "./code-files.module.css";

/** Files by the folder that the definition names. */
export type CodeFiles = ReadonlyMap<string, readonly CodeFile[]>;

export interface CodeFile {
  /** Within the folder, with slashes. */
  readonly path: string;
  readonly file: File;
}

export interface CodeFilesCardProps {
  readonly folder: string;
  readonly steps: readonly string[];
  readonly files: readonly CodeFile[];
  readonly onChange: (files: readonly CodeFile[]) => void;
}

export function CodeFilesCard({ folder, steps, files, onChange }: CodeFilesCardProps): ReactElement {
  const add = (added: readonly File[]): void => {
    const byPath = new Map(files.map((each) => [each.path, each]));
    for (const file of added) byPath.set(pathOf(file), { path: pathOf(file), file });
    onChange([...byPath.values()].toSorted((a, b) => (a.path < b.path ? -1 : 1)));
  };
  return (
    <Card title={`Code: ${folder}`} description={`Files of ${steps.join(", ")}`}>
      <FileDrop allowsMultiple buttonLabel="Choose files" onFiles={add}>
        Drop the files of the folder {folder} here
      </FileDrop>
      {files.length > 0 && (
        <ul className={styles.files} aria-label={`Files of ${folder}`}>
          {files.map(({ path, file }) => (
            <li key={path} className={styles.file}>
              <code>{path}</code>
              <Bytes value={file.size} />
              <IconButton
                icon="close"
                label={`Leave out ${path}`}
                onPress={() => onChange(files.filter((each) => each.path !== path))}
              />
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}

/** A file of a dropped folder has its path; its first part is the folder itself. */
function pathOf(file: File): string {
  return file.webkitRelativePath.split("/").slice(1).join("/") || file.name;
}
