import type { ReactElement, ReactNode } from "react";
import { CodeBlock } from "./code-block.tsx";
import { Icon, type IconName } from "./icon.tsx";
import type { Tone } from "./status.ts";
import styles from "./notice.module.css";

const icons: Readonly<Record<Tone, IconName>> = {
  ok: "check",
  warn: "alert",
  fail: "x",
  info: "info",
  neutral: "info",
};

export interface NoticeProps {
  readonly tone: Tone;
  readonly title?: ReactNode;
  readonly actions?: ReactNode;
  readonly children?: ReactNode;
}

/** Something to know, in the flow of the page. One that fails is read out at once. */
export function Notice({ tone, title, actions, children }: NoticeProps): ReactElement {
  return (
    <div className={`${styles.notice} ${styles[tone]}`} role={tone === "fail" ? "alert" : "note"}>
      <span className={styles.icon}>
        <Icon name={icons[tone]} />
      </span>
      <div className={styles.content}>
        {title !== undefined && <div className={styles.title}>{title}</div>}
        {children}
      </div>
      {actions !== undefined && <div className={styles.actions}>{actions}</div>}
    </div>
  );
}

export interface EmptyStateProps {
  readonly title: string;
  /** Why it is empty, and what would fill it. */
  readonly children?: ReactNode;
  /** A command of the shell that fills it. */
  readonly command?: string;
  /** A button that fills it. */
  readonly action?: ReactNode;
  readonly icon?: IconName;
}

/** What stands where nothing is yet: the way to the first one. */
export function EmptyState({ title, children, command, action, icon }: EmptyStateProps): ReactElement {
  return (
    <div className={styles.empty}>
      {icon && (
        <span className={styles.emptyIcon}>
          <Icon name={icon} size={20} />
        </span>
      )}
      <h2 className={styles.emptyTitle}>{title}</h2>
      {children !== undefined && <div className={styles.emptyText}>{children}</div>}
      {action}
      {command !== undefined && (
        <div className={styles.emptyCommand}>
          <CodeBlock code={command} language="bash" copy />
        </div>
      )}
    </div>
  );
}
