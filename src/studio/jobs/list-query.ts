/** From the address of the list of runs to what is asked of the server. */
import { shellQuoted } from "../kit/index.ts";
import type { InputOf } from "../api/index.ts";
import { parseRunFilter, RunFilterError } from "./run-filter.ts";
import type { RunKind, RunStatus } from "./run-words.ts";

/** Runs of a page: more come as one scrolls. */
const pageSize = 100;

export interface ListSearch {
  q?: string;
  status?: RunStatus;
  kind?: RunKind;
  /** Number of the experiment. */
  experiment?: string;
  /** Also runs that are parts of others. */
  parts?: true;
  deleted?: true;
  sort?: string;
  /** "metrics.AUC": a column beyond the usual ones; "-user": a usual one that is hidden. */
  cols?: string[];
  view?: "timeline" | "charts";
  /** What the scatter chart's axes show: "metrics.AUC". */
  x?: string;
  y?: string;
}

export type ListInput = InputOf<"listRuns"> & { readonly workspace: string };

/** @returns the failure where the filter cannot be read */
export function listInput(
  workspace: string,
  search: ListSearch,
): { readonly input: ListInput } | { readonly error: RunFilterError } {
  try {
    return { input: { workspace, query: listQuery(search) } };
  } catch (error) {
    if (error instanceof RunFilterError) return { error };
    throw error;
  }
}

function listQuery(search: ListSearch): ListInput["query"] {
  const { filter, status = [], kind = [] } = parseRunFilter(search.q ?? "");
  const fields = fieldsOf(search);
  const allStatus = search.status ? [search.status] : status;
  const allKinds = search.kind ? [search.kind] : kind;
  // A part that is asked for by its kind is meant.
  const withParts = search.parts || allKinds.some((name) => name === "trial" || name === "step");
  return {
    limit: pageSize,
    ...(!withParts && { parent: "none" }),
    ...(filter !== undefined && { filter }),
    ...(allStatus.length > 0 && { status: allStatus }),
    ...(allKinds.length > 0 && { kind: allKinds }),
    ...(search.experiment !== undefined && { experiment: [Number(search.experiment)] }),
    ...(search.deleted && { lifecycle: "deleted" as const }),
    ...(search.sort !== undefined && { sort: search.sort }),
    ...(fields.length > 0 && { fields }),
  };
}

/** Only what is shown is read. */
function fieldsOf({ cols = [], view, x, y }: ListSearch): string[] {
  const shown = [...cols, ...(view === "charts" ? [x, y] : [])];
  return [...new Set(shown.filter((name) => name !== undefined && /^(metrics|params|tags)\../.test(name)))] as string[];
}

/** The same list as a command. */
export function cliOf(search: ListSearch): string {
  const { filter, status = [], kind = [] } = readable(search.q);
  const words = ["slipway runs list"];
  const theStatus = search.status ?? status[0];
  const theKind = search.kind ?? kind[0];
  const metrics = (search.cols ?? []).flatMap((name) => (name.startsWith("metrics.") ? [name.slice(8)] : []));
  if (search.experiment !== undefined) words.push(`--experiment ${search.experiment}`);
  if (theKind !== undefined) words.push(`--kind ${theKind}`);
  if (theStatus !== undefined) words.push(`--status ${theStatus}`);
  if (filter !== undefined) words.push(`--filter ${shellQuoted(filter)}`);
  if (search.sort !== undefined) words.push(`--sort=${shellQuoted(search.sort)}`);
  if (metrics.length > 0) words.push(`--metrics ${shellQuoted(metrics.join(","))}`);
  if (search.deleted) words.push("--deleted");
  return words.join(" ");
}

function readable(q = ""): ReturnType<typeof parseRunFilter> {
  try {
    return parseRunFilter(q);
  } catch {
    return {};
  }
}
