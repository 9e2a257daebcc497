import { useState, type ReactElement, type ReactNode } from "react";
import { Button as AriaButton, DropZone, FileTrigger, Text, type FileDropItem } from "react-aria-components";
import { Icon } from "./icon.tsx";
import button from "./button.module.css";
import styles from "./file-drop.module.css";

export interface FileDropProps {
  /** Endings and media types, as in `<input accept>`: [".csv", "text/csv"]. */
  readonly accept?: readonly string[];
  readonly onFiles: (files: File[]) => void;
  readonly allowsMultiple?: boolean;
  readonly isDisabled?: boolean;
  /** The button's word. */
  readonly buttonLabel?: string;
  /** What may be dropped, and what then happens. */
  readonly children?: ReactNode;
}

/** A place to drop files on; the button does the same by keyboard, and files can be pasted. */
export function FileDrop(props: FileDropProps): ReactElement {
  const {
    accept,
    onFiles,
    allowsMultiple = false,
    isDisabled = false,
    buttonLabel = "Choose a file",
    children,
  } = props;
  const [refused, setRefused] = useState<string | null>(null);
  const take = (files: File[]): void => {
    const fitting = files.filter((file) => fits(file, accept)).slice(0, allowsMultiple ? Infinity : 1);
    const other = files.find((file) => !fits(file, accept));
    setRefused(other ? `${other.name} is none of: ${accept?.join(", ")}.` : null);
    if (fitting.length > 0) onFiles(fitting);
  };
  return (
    <DropZone
      className={styles.zone}
      isDisabled={isDisabled}
      onDrop={(event) => {
        const items = event.items.filter((item): item is FileDropItem => item.kind === "file");
        void Promise.all(items.map((item) => item.getFile())).then(take);
      }}
    >
      <Icon name="upload" size={20} />
      <Text slot="label" elementType="div" className={styles.text}>
        {children ?? "Drop a file here"}
      </Text>
      <FileTrigger
        acceptedFileTypes={accept ?? []}
        allowsMultiple={allowsMultiple}
        onSelect={(list) => list && take([...list])}
      >
        <AriaButton className={`${button.button} ${button.default}`} isDisabled={isDisabled}>
          {buttonLabel}
        </AriaButton>
      </FileTrigger>
      <div role="status" className={styles.refused}>
        {refused}
      </div>
    </DropZone>
  );
}

function fits(file: File, accept: readonly string[] | undefined): boolean {
  if (!accept || accept.length === 0) return true;
  const name = file.name.toLowerCase();
  return accept.some((kind) => (kind.startsWith(".") ? name.endsWith(kind.toLowerCase()) : file.type === kind));
}
