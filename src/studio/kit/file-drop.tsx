import { useRef, useState, type DragEvent, type ReactElement, type ReactNode, type Ref } from "react";
import { Button } from "./button.tsx";
import { Icon } from "./icon.tsx";
import styles from "./file-drop.module.css";

interface FileDropProps {
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
  const { accept, onFiles, allowsMultiple = false, isDisabled = false, children } = props;
  const input = useRef<HTMLInputElement>(null);
  const [refused, setRefused] = useState<string | null>(null);
  const [isOver, setOver] = useState(false);
  const take = (list: FileList | null): void => {
    const files = [...(list ?? [])];
    if (files.length === 0 || isDisabled) return;
    const fitting = files.filter((file) => fits(file, accept)).slice(0, allowsMultiple ? Infinity : 1);
    const other = files.find((file) => !fits(file, accept));
    setRefused(other ? `${other.name} is none of: ${accept?.join(", ")}.` : null);
    if (fitting.length > 0) onFiles(fitting);
  };
  const onDrag = (event: DragEvent): void => {
    if (isDisabled || !event.dataTransfer.types.includes("Files")) return;
    event.preventDefault();
    setOver(event.type !== "dragleave");
  };
  return (
    <div
      className={styles.zone}
      data-over={isOver || undefined}
      onDragEnter={onDrag}
      onDragOver={onDrag}
      onDragLeave={onDrag}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        take(event.dataTransfer.files);
      }}
      onPaste={(event) => take(event.clipboardData.files)}
    >
      <Icon name="upload" size={20} />
      <div className={styles.text}>{children ?? "Drop a file here"}</div>
      <Button isDisabled={isDisabled} onPress={() => input.current?.click()}>
        {props.buttonLabel ?? "Choose a file"}
      </Button>
      <FileInput ref={input} accept={accept} allowsMultiple={allowsMultiple} onFiles={take} />
      <div role="status" className={styles.refused}>
        {refused}
      </div>
    </div>
  );
}

interface FileInputProps {
  readonly ref: Ref<HTMLInputElement>;
  readonly accept: readonly string[] | undefined;
  readonly allowsMultiple: boolean;
  readonly onFiles: (files: FileList | null) => void;
}

/** The browser's own way to choose files, opened by the button. */
function FileInput({ ref, accept, allowsMultiple, onFiles }: FileInputProps): ReactElement {
  return (
    <input
      ref={ref}
      type="file"
      hidden
      accept={accept?.join(",")}
      multiple={allowsMultiple}
      onChange={({ target }) => {
        onFiles(target.files);
        // The same file can be chosen again.
        target.value = "";
      }}
    />
  );
}

function fits(file: File, accept: readonly string[] | undefined): boolean {
  if (!accept || accept.length === 0) return true;
  const name = file.name.toLowerCase();
  return accept.some((kind) => (kind.startsWith(".") ? name.endsWith(kind.toLowerCase()) : file.type === kind));
}
