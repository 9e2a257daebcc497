/** A text area with the numbers of its lines, those with a problem marked. */
import { useId, useRef, type ReactElement, type RefObject } from "react";
import styles from "./definition-editor.module.css";

export interface DefinitionEditorProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  /** Lines with a problem, from 1 on. */
  readonly marked: ReadonlySet<number>;
  /** To move the cursor from elsewhere. */
  readonly area: RefObject<HTMLTextAreaElement | null>;
}

export const lineHeight = 18;

export function DefinitionEditor({ label, value, onChange, marked, area }: DefinitionEditorProps): ReactElement {
  const gutter = useRef<HTMLDivElement>(null);
  const id = useId();
  const count = value.split("\n").length;
  const takeFile = async (file: File | undefined): Promise<void> => {
    if (file) onChange(await file.text());
  };
  return (
    <div
      className={styles.editor}
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => {
        if (event.dataTransfer.files.length === 0) return;
        event.preventDefault();
        void takeFile(event.dataTransfer.files[0]);
      }}
    >
      <div ref={gutter} className={styles.gutter} aria-hidden="true">
        {Array.from({ length: count }, (_line, index) => (
          <div key={index} data-marked={marked.has(index + 1) || undefined}>
            {index + 1}
          </div>
        ))}
      </div>
      <label htmlFor={id} className={styles.label}>
        {label}
      </label>
      <textarea
        id={id}
        ref={area}
        className={styles.area}
        value={value}
        spellCheck={false}
        autoCapitalize="off"
        autoComplete="off"
        wrap="off"
        aria-invalid={marked.size > 0}
        onChange={(event) => onChange(event.target.value)}
        onScroll={(event) => {
          if (gutter.current) gutter.current.scrollTop = event.currentTarget.scrollTop;
        }}
      />
    </div>
  );
}
