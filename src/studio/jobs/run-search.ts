import { searchChoice, searchFlag, searchList, searchNumber, searchText } from "../app/index.ts";
import type { RunSearch } from "../runs/index.ts";

/** What the address of a run's page says beyond the run: of all kinds of runs, each takes what it needs. */
export function validateRunSearch(raw: Record<string, unknown>): RunSearch {
  return {
    tab: searchText(raw["tab"]),
    metric: searchList(raw["metric"]),
    x: searchChoice(raw["x"], ["time", "relative"]),
    smooth: searchNumber(raw["smooth"], { min: 0, max: 0.99 }),
    log: searchFlag(raw["log"]),
    path: searchText(raw["path"]),
    find: searchText(raw["find"]),
    level: searchChoice(raw["level"], ["warn", "error"]),
    sort: searchText(raw["sort"]),
    sel: searchText(raw["sel"]),
    chart: searchText(raw["chart"]),
    threshold: searchNumber(raw["threshold"], { min: 0, max: 1 }),
    cells: searchChoice(raw["cells"], ["share"]),
    class: searchText(raw["class"]),
    step: searchText(raw["step"]),
    steptab: searchText(raw["steptab"]),
    view: searchText(raw["view"]),
    names: searchText(raw["names"]),
    folders: searchList(raw["folders"]),
    open: searchList(raw["open"]),
  };
}
