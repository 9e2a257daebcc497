/** Small pieces that hold others. */
import type { ComponentProps, ReactElement, ReactNode } from "react";
import styles from "./layout.module.css";
import { useOpened } from "./use-opened.ts";

/** A box with a title; `level` is that of its heading (2 by default). */
export function Card(props: {
  readonly title?: ReactNode;
  readonly description?: ReactNode;
  readonly actions?: ReactNode;
  readonly level?: 2 | 3 | 4;
  /** Lets what is inside reach the borders, as a table does. */
  readonly isFlush?: boolean;
  readonly children?: ReactNode;
}): ReactElement {
  const { title, description, actions, level = 2, isFlush = false, children } = props;
  const Heading = `h${level}` as const;
  return (
    <section className={styles.card}>
      {(title !== undefined || actions !== undefined) && (
        <header className={styles.cardHeader}>
          <div className={styles.cardTexts}>
            {title !== undefined && <Heading className={styles.cardTitle}>{title}</Heading>}
            {description !== undefined && <p className={styles.cardDescription}>{description}</p>}
          </div>
          {actions !== undefined && <div className={styles.cardActions}>{actions}</div>}
        </header>
      )}
      {children !== undefined && <div className={isFlush ? styles.flush : styles.cardBody}>{children}</div>}
    </section>
  );
}

/** Controls in a line above a table: search and filters; `end` stands at the other side. */
export function Toolbar(props: { readonly label?: string; readonly end?: ReactNode; readonly children?: ReactNode }) {
  const { label = "Filters and actions", end, children } = props;
  return (
    <div role="group" aria-label={label} className={styles.toolbar}>
      {children}
      {end !== undefined && <div className={styles.toolbarEnd}>{end}</div>}
    </div>
  );
}

/** Names and their values, one pair a line; two columns of pairs where there is room and `columns` is 2. */
export function DefinitionList(props: {
  readonly items: readonly (readonly [label: string, value: ReactNode])[];
  readonly columns?: 1 | 2;
}): ReactElement {
  return (
    <dl className={props.columns === 2 ? `${styles.definitions} ${styles.two}` : styles.definitions}>
      {props.items.map(([label, value]) => (
        <div key={label} className={styles.definition}>
          <dt>{label}</dt>
          <dd>{value ?? "–"}</dd>
        </div>
      ))}
    </dl>
  );
}

/** Tags as an object (key: value) or as words; beyond `max` they are counted. */
export function Tags(props: {
  readonly tags: Readonly<Record<string, string>> | readonly string[];
  readonly max?: number;
}): ReactElement | null {
  const { tags, max = Infinity } = props;
  const words = Array.isArray(tags) ? [...new Set(tags as readonly string[])] : Object.entries(tags).map(tagText);
  if (words.length === 0) return null;
  const rest = words.slice(max);
  return (
    <ul className={styles.tags} aria-label="Tags">
      {words.slice(0, max).map((word) => (
        <li key={word} className={styles.tag} title={word}>
          {word}
        </li>
      ))}
      {rest.length > 0 && (
        <li className={styles.tag} title={rest.join("\n")}>
          +{rest.length}
        </li>
      )}
    </ul>
  );
}

function tagText([key, value]: [string, string]): string {
  return value === "" ? key : `${key}: ${value}`;
}

/** For screen readers only. */
export function VisuallyHidden({ children }: { readonly children: ReactNode }): ReactElement {
  return <span className={styles.visuallyHidden}>{children}</span>;
}

/** Grey bars in place of text that is under way; `height` in pixels for a picture. */
export function Skeleton(props: { readonly lines?: number; readonly height?: number }): ReactElement {
  const { lines = 3, height } = props;
  if (height !== undefined)
    return <div className={styles.block} style={{ height }} aria-hidden="true" data-loading="" />;
  return (
    <div className={styles.skeleton} aria-hidden="true" data-loading="">
      {Array.from({ length: lines }, (_line, index) => (
        <div key={index} className={styles.bar} />
      ))}
    </div>
  );
}

interface DisclosureProps {
  readonly title: ReactNode;
  readonly children?: ReactNode;
}

/** What is opened by a click on its title; native, so that the browser's search finds what is inside. */
export function Disclosure({
  id,
  isOpenFirst = false,
  ...props
}: DisclosureProps & {
  /** Its name in the page's address, which says whether it is open. */
  readonly id: string;
  /** Whether it is open where the address says nothing. */
  readonly isOpenFirst?: boolean;
}): ReactElement {
  const [isOpen, setOpen] = useOpened(id, isOpenFirst);
  return (
    <Details
      {...props}
      open={isOpen}
      onToggle={({ currentTarget: { open } }) => {
        if (open !== isOpen) setOpen(open);
      }}
    />
  );
}

/**
 * The same around what no address has, so that none says whether it is open: the answer to the request that a form has
 * sent (an endpoint's test, a pipeline's submission).
 */
export function AnswerDisclosure(props: DisclosureProps): ReactElement {
  return <Details {...props} />;
}

function Details({
  title,
  children,
  ...native
}: DisclosureProps & Pick<ComponentProps<"details">, "open" | "onToggle">) {
  return (
    <details className={styles.disclosure} {...native}>
      <summary className={styles.summary}>{title}</summary>
      <div className={styles.disclosed}>{children}</div>
    </details>
  );
}
