/** What the address of a run's page says beyond the run: of all kinds of runs, each takes what it needs. */
import { useNavigate, useSearch } from "@tanstack/react-router";

export interface RunSearch {
  tab?: string;
  /** Names of the metrics that are drawn. */
  metric?: string[];
  /** What the x axis of metrics is; steps by default. */
  x?: "time" | "relative";
  /** 0 to 0.99: weight of what came before. */
  smooth?: number;
  log?: true;
  /** File or folder among the outputs. */
  path?: string;
  /** Folders among the outputs that are open, besides the way to `path`. */
  folders?: string[];
  /** Text that lines of the log, or of the file at `path`, must have. */
  find?: string;
  /** Level that lines of the log have at least; all by default. */
  level?: "warn" | "error";
  sort?: string;
  sel?: string;
  chart?: string;
  threshold?: number;
  /** What the cells of a confusion matrix show; rows by default. */
  cells?: "share";
  class?: string;
  step?: string;
  steptab?: string;
  view?: string;
  /** Part of the names of the metrics that are offered. */
  names?: string;
  open?: string[];
}

type ChangeRunSearch = (changes: RunSearch, options?: { readonly replace?: boolean }) => void;

/** Search parameters of /jobs/$run, and how to change some of them (undefined takes one away). */
export function useRunSearch(): readonly [RunSearch, ChangeRunSearch] {
  const search = useSearch({ from: "/w/$workspace/jobs/$run" });
  const navigate = useNavigate({ from: "/w/$workspace/jobs/$run" });
  const change: ChangeRunSearch = (changes, { replace = false } = {}) => {
    void navigate({ to: ".", search: (before) => ({ ...before, ...changes }), replace, resetScroll: false });
  };
  return [search, change];
}

/** Which lines of the log, or of a file, are shown: by the address. @returns props of a log view */
export function useLineSearch() {
  const [{ find = "", level = "none" }, change] = useRunSearch();
  return {
    filter: find,
    onFilter: (text: string) => change({ find: text === "" ? undefined : text }, { replace: true }),
    level,
    onLevel: (chosen: "none" | "warn" | "error") =>
      change({ level: chosen === "none" ? undefined : chosen }, { replace: true }),
  } as const;
}
