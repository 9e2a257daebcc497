import type { ReactElement, ReactNode } from "react";
import { CodeBlock } from "./code-block.tsx";
import { CopyButton } from "./copy.tsx";
import { errorText } from "./error-text.ts";
import { Icon } from "./icon.tsx";
import styles from "./error-card.module.css";

interface ErrorCardProps {
  /** An ApiError of the client, or whatever was thrown. */
  readonly error: unknown;
  /** The next command of the shell to run. */
  readonly command?: string;
  /** The line of the log that tells the most. */
  readonly logLine?: string;
  /** Buttons, such as to try again. */
  readonly actions?: ReactNode;
}

/** What failed, why, the way out, and what to quote when asking for help. */
export function ErrorCard({ error, command, logLine, actions }: ErrorCardProps): ReactElement {
  const { title, detail, fix, code, requestId } = errorText(error);
  return (
    <section className={styles.card} role="alert">
      <span className={styles.icon}>
        <Icon name="x" />
      </span>
      <div className={styles.content}>
        <div className={styles.title}>{title}</div>
        <p className={styles.text}>{detail}</p>
        {fix !== null && <p className={styles.text}>{fix}</p>}
        {logLine !== undefined && <CodeBlock code={logLine} label="log line" wrap />}
        {command !== undefined && <CodeBlock code={command} language="bash" label="command" />}
        {(code !== null || requestId !== null) && (
          <div className={styles.facts}>
            {code !== null && <Fact name="Code" value={code} />}
            {requestId !== null && <Fact name="Request" value={requestId} />}
          </div>
        )}
        {actions !== undefined && <div className={styles.actions}>{actions}</div>}
      </div>
    </section>
  );
}

function Fact({ name, value }: { readonly name: string; readonly value: string }): ReactElement {
  return (
    <span className={styles.fact}>
      <span>{name}</span>
      <code>{value}</code>
      <CopyButton text={value} label={`Copy ${name.toLowerCase()}`} />
    </span>
  );
}
