/** The frame of a page: where one is, its title, state and actions, its tabs, its content. */
import { Link, type LinkProps } from "@tanstack/react-router";
import type { ReactElement, ReactNode } from "react";
import { Icon } from "./icon.tsx";
import { StatusBadge } from "./status-badge.tsx";
import { Tabs, type TabsProps } from "./tabs.tsx";
import styles from "./page.module.css";

interface Crumb {
  readonly label: string;
  /** Where it leads: what the router's Link takes. */
  readonly link: Pick<LinkProps, "to" | "params" | "search">;
}

export interface PageProps {
  readonly title: ReactNode;
  /** A state's word (RUNNING, Healthy, …), shown as a StatusBadge, or anything to stand beside the title. */
  readonly state?: ReactNode;
  /** What stands above this page, outermost first. */
  readonly crumbs?: readonly Crumb[];
  /** Buttons, the primary one last. */
  readonly actions?: ReactNode;
  /** A line below the title. */
  readonly description?: ReactNode;
  /** Tabs below the header; `children` is the panel of the selected one. */
  readonly tabs?: Omit<TabsProps, "children" | "label">;
  readonly children?: ReactNode;
}

export function Page(props: PageProps): ReactElement {
  const { title, state, crumbs = [], actions, description, tabs, children } = props;
  return (
    <div className={styles.page}>
      <header className={styles.header}>
        {crumbs.length > 0 && (
          <nav aria-label="Breadcrumb" className={styles.crumbs}>
            <ol>
              {crumbs.map((crumb) => (
                <li key={crumb.label}>
                  <Link {...crumb.link}>{crumb.label}</Link>
                  <Icon name="chevronRight" size={12} />
                </li>
              ))}
            </ol>
          </nav>
        )}
        <div className={styles.line}>
          <h1 className={styles.title}>{title}</h1>
          {typeof state === "string" ? <StatusBadge status={state} /> : state}
          {actions !== undefined && <div className={styles.actions}>{actions}</div>}
        </div>
        {description !== undefined && <p className={styles.description}>{description}</p>}
      </header>
      {tabs ? (
        <Tabs {...tabs} label={typeof title === "string" ? title : "Sections"}>
          {children}
        </Tabs>
      ) : (
        children
      )}
    </div>
  );
}
