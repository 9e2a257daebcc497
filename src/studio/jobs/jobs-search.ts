/** Search parameters of the list of runs, and of the page that compares them. */
import { searchChoice, searchFlag, searchList, searchText } from "../app/index.ts";
import type { ListSearch } from "./list-query.ts";
import { runKinds, runStatuses, validSort } from "./run-words.ts";

export interface JobsSearch extends ListSearch {
  group?: "experiment";
  /** Ids of the selected runs. */
  sel?: string[];
  open?: string[];
}

/** Runs that are compared at most. */
const mostCompared = 200;

export function jobsSearch(raw: Record<string, unknown>): JobsSearch {
  const experiment = String(raw["experiment"]);
  return {
    q: searchText(raw["q"]),
    status: searchChoice(raw["status"], runStatuses),
    kind: searchChoice(raw["kind"], runKinds),
    experiment: /^\d{1,9}$/.test(experiment) ? experiment : undefined,
    parts: searchFlag(raw["parts"]),
    deleted: searchFlag(raw["deleted"]),
    group: searchChoice(raw["group"], ["experiment"]),
    view: searchChoice(raw["view"], ["timeline", "charts"]),
    sort: validSort(searchText(raw["sort"])),
    cols: searchList(raw["cols"]),
    sel: searchList(raw["sel"])?.slice(0, mostCompared),
    x: searchText(raw["x"]),
    y: searchText(raw["y"]),
    open: searchList(raw["open"]),
  };
}

export interface CompareSearch {
  /** Ids. */
  runs?: string[];
  /** Only what differs. */
  diff?: true;
  /** Runs are rows; by default columns. */
  rows?: "runs";
  /** Name of the metric whose history is drawn. */
  metric?: string;
  view?: "parallel";
  /** What the parallel coordinates show: "metrics.AUC", "params.depth". */
  axes?: string[];
  open?: string[];
}

export function compareSearch(raw: Record<string, unknown>): CompareSearch {
  return {
    runs: [...new Set(searchList(raw["runs"]))].slice(0, mostCompared),
    diff: searchFlag(raw["diff"]),
    rows: searchChoice(raw["rows"], ["runs"]),
    metric: searchText(raw["metric"]),
    view: searchChoice(raw["view"], ["parallel"]),
    axes: searchList(raw["axes"]),
    open: searchList(raw["open"]),
  };
}
