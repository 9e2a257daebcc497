/** What is around every page: navigation, workspace, search, theme, messages. No controls of the kit: it is in every page's first load. */
import { useSuspenseQuery } from "@tanstack/react-query";
import { Link, Outlet, useNavigate, useParams } from "@tanstack/react-router";
import { lazy, Suspense, useCallback, useEffect, useState } from "react";
import { query, useLive } from "../api/index.ts";
import { keepWorkspace } from "./last-workspace.ts";
import { Messages } from "./messages.tsx";
import { groupEnds, places } from "./places.ts";
import { useShortcuts } from "./shortcuts.ts";
import type { Theme } from "../viewer/index.ts";
import { setTheme, useTheme } from "./theme.ts";
import styles from "./shell.module.css";

const Palette = lazy(() => import("./palette.tsx"));
const ShortcutSheet = lazy(() => import("./shortcut-sheet.tsx"));

export function Shell() {
  const { workspace } = useParams({ from: "/w/$workspace" });
  const [overlay, setOverlay] = useState<"palette" | "help" | null>(null);
  const heard = useLive(workspace);
  useShortcuts(workspace, setOverlay);
  useEffect(() => keepWorkspace(workspace), [workspace]);
  const close = useCallback(() => setOverlay(null), []);
  return (
    <div className={styles.shell}>
      <a className={styles.skip} href="#main">
        Skip to the page
      </a>
      <Header workspace={workspace} onSearch={() => setOverlay("palette")} onHelp={() => setOverlay("help")} />
      <Navigation workspace={workspace} />
      <main id="main" className={styles.main} tabIndex={-1}>
        {!heard && (
          <p className={styles.lost} role="status">
            The server is not answering. The page goes on by itself once it does.
          </p>
        )}
        <Outlet />
      </main>
      <Messages />
      <Suspense>
        {overlay === "palette" && <Palette workspace={workspace} onClose={close} />}
        {overlay === "help" && <ShortcutSheet onClose={close} />}
      </Suspense>
    </div>
  );
}

function Header(props: { readonly workspace: string; readonly onSearch: () => void; readonly onHelp: () => void }) {
  const { workspace, onSearch, onHelp } = props;
  return (
    <header className={styles.header}>
      <button type="button" className={styles.menu} popoverTarget="navigation" aria-label="Pages">
        <span aria-hidden="true">☰</span>
      </button>
      <Link to="/w/$workspace" params={{ workspace }} className={styles.brand} aria-label="Slipway, home">
        <img src="/icons/slipway.svg" alt="" width="20" height="20" />
        <span className={styles.brandName}>Slipway</span>
      </Link>
      <WorkspaceChoice workspace={workspace} />
      <button type="button" className={styles.search} onClick={onSearch}>
        <span className={styles.searchText}>Search or go to</span>
        <kbd>Ctrl K</kbd>
      </button>
      <ThemeChoice />
      <button type="button" className={styles.icon} onClick={onHelp} aria-label="Keyboard shortcuts">
        <span aria-hidden="true">?</span>
      </button>
      <Account />
    </header>
  );
}

function WorkspaceChoice({ workspace }: { readonly workspace: string }) {
  const { items } = useSuspenseQuery(query("listWorkspaces", { query: { limit: 200 } })).data;
  const navigate = useNavigate();
  return (
    <select
      className={styles.workspace}
      aria-label="Workspace"
      value={workspace}
      onChange={({ target }) => void navigate({ to: "/w/$workspace", params: { workspace: target.value } })}
    >
      {!items.some(({ name }) => name === workspace) && <option>{workspace}</option>}
      {items.map(({ name }) => (
        <option key={name}>{name}</option>
      ))}
    </select>
  );
}

const nextTheme: Readonly<Record<Theme, Theme>> = { system: "light", light: "dark", dark: "system" };
const themeSign: Readonly<Record<Theme, string>> = { system: "◐", light: "☀", dark: "☾" };

function ThemeChoice() {
  const theme = useTheme();
  return (
    <button
      type="button"
      className={styles.icon}
      onClick={() => setTheme(nextTheme[theme])}
      aria-label={`Theme: ${theme}. Change to ${nextTheme[theme]}`}
    >
      <span aria-hidden="true">{themeSign[theme]}</span>
    </button>
  );
}

function Account() {
  const { user } = useSuspenseQuery(query("whoAmI", {})).data;
  return (
    <Link to="/sign-in" search={{}} className={styles.account} aria-label={`Signed in as ${user}. Change`}>
      <span className={styles.accountName}>{user}</span>
    </Link>
  );
}

function Navigation({ workspace }: { readonly workspace: string }) {
  const hide = (): void => document.getElementById("navigation")?.hidePopover();
  return (
    <nav id="navigation" popover="auto" className={styles.navigation} aria-label="Pages">
      <ul>
        {places.map(({ to, label, key, ...place }, index) => (
          <li key={to} className={groupEnds.includes(index) ? styles.groupStart : undefined}>
            <Link
              {...({ to, params: { workspace } } as { to: "/w/$workspace"; params: { workspace: string } })}
              className={styles.place}
              activeOptions={{ exact: "exact" in place, includeSearch: false }}
              activeProps={{ className: styles.here, "aria-current": "page" }}
              onClick={hide}
            >
              <span>{label}</span>
              <kbd aria-hidden="true">g {key}</kbd>
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}
