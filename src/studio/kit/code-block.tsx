import { useEffect, useState, type ReactElement, type ReactNode } from "react";
import { CopyButton } from "./copy.tsx";
import { highlight, type CodeLanguage, type CodeNode } from "./highlight.ts";
import styles from "./code-block.module.css";

interface CodeBlockProps {
  readonly code: string;
  readonly language?: CodeLanguage;
  /** A button that copies; true by default. */
  readonly copy?: boolean;
  /** Name of the block for screen readers, and of what is copied. */
  readonly label?: string;
  /** Breaks long lines; by default they scroll. */
  readonly wrap?: boolean;
}

/** Code with colours; plain until the language is loaded. It is always text. */
export function CodeBlock(props: CodeBlockProps): ReactElement {
  const { code, language = "text", copy = true, label = "code", wrap = false } = props;
  const [marked, setMarked] = useState<{ code: string; nodes: readonly CodeNode[] } | null>(null);
  useEffect(() => {
    let isCurrent = true;
    highlight(code, language).then(
      (nodes) => isCurrent && setMarked(nodes && { code, nodes }),
      // Without its colours the code reads as well.
      () => undefined,
    );
    return () => {
      isCurrent = false;
    };
  }, [code, language]);
  return (
    <div className={styles.block}>
      <pre
        className={wrap ? `${styles.code} ${styles.wrap}` : styles.code}
        tabIndex={0}
        role="region"
        aria-label={label}
      >
        <code>{marked?.code === code ? marked.nodes.map(render) : code}</code>
      </pre>
      {copy && (
        <div className={styles.copy}>
          <CopyButton text={code} label={`Copy ${label}`} />
        </div>
      )}
    </div>
  );
}

const classOfKind: Readonly<Record<string, string | undefined>> = {
  attr: styles.name,
  attribute: styles.name,
  built_in: styles.name,
  "built-in": styles.name,
  bullet: styles.faint,
  comment: styles.faint,
  keyword: styles.keyword,
  literal: styles.number,
  meta: styles.faint,
  name: styles.keyword,
  number: styles.number,
  operator: styles.faint,
  punctuation: styles.faint,
  regexp: styles.string,
  string: styles.string,
  tag: styles.keyword,
  title: styles.title,
  type: styles.title,
  variable: styles.title,
};

function render(node: CodeNode, index: number): ReactNode {
  if (typeof node === "string") return node;
  return (
    <span key={index} className={classOfKind[node.kind]}>
      {node.children.map(render)}
    </span>
  );
}
