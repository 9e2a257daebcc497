import { useRouter } from "@tanstack/react-router";
import type { MouseEvent, ReactElement, ReactNode } from "react";
import type { RowHref } from "./types.ts";
import styles from "./data-table.module.css";

type Router = ReturnType<typeof useRouter>;

/** The address of a row's page as text. */
export function addressOf(router: Router, to: RowHref): string {
  return typeof to === "string" ? to : router.buildLocation(to as Parameters<Router["buildLocation"]>[0]).href;
}

export function openRow(router: Router, to: RowHref): void {
  void router.navigate({ href: addressOf(router, to) });
}

/** Not the router's Link: that one listens to every change of the address, which a row that scrolls by need not do. */
export function RowLink({ to, children }: { readonly to: RowHref; readonly children: ReactNode }): ReactElement {
  const router = useRouter();
  const onClick = (event: MouseEvent): void => {
    if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    openRow(router, to);
  };
  return (
    <a className={styles.link} href={addressOf(router, to)} tabIndex={-1} onClick={onClick}>
      {children}
    </a>
  );
}
