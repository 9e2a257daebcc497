/** What the pages ask of the server, and the choices that their addresses know. */
import type { InputOf } from "../api/index.ts";

export const modelTabs = ["versions", "overview", "files", "lineage", "compare"] as const;
export type ModelTab = (typeof modelTabs)[number];

/** Search parameters of the list. */
export interface ModelsSearch {
  readonly q?: string | undefined;
  readonly sort?: "name" | "-name" | "created" | "-created" | "updated" | "-updated" | undefined;
  /** Models that were archived, instead of the others. */
  readonly archived?: true | undefined;
}

/** Search parameters of a model's page. */
export interface ModelSearch {
  /** A number, or a word that stands for one: best, latest, an alias, a stage. */
  readonly version?: string | undefined;
  readonly tab?: ModelTab | undefined;
  /** The version that it is compared with. */
  readonly against?: string | undefined;
}

/** The version that an address shows; null: the list of all. */
export function shownVersion({ version, tab }: ModelSearch): string | null {
  if (tab === "versions") return null;
  return version ?? (tab === undefined ? null : "latest");
}

export function listInput(workspace: string, { q, sort, archived }: ModelsSearch): InputOf<"listModels"> {
  return {
    workspace,
    query: { limit: 50, sort: sort ?? "-updated", ...(q !== undefined && { name: q }), ...(archived && { archived }) },
  };
}

export function versionsInput(workspace: string, model: string): InputOf<"listModelVersions"> {
  return { workspace, model, query: { limit: 50, sort: "-version" } };
}
