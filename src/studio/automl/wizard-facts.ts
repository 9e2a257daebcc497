/** What is known of the chosen rows, and what follows from it. */
import { useQuery } from "@tanstack/react-query";
import type { ColumnProfile, Dataset, DatasetRows, TableProfile } from "../../contract/index.ts";
import { query, steadyQuery } from "../api/index.ts";
import { guessTarget, inferTask, type Task } from "./guess-target.ts";
import { datasetsInput, previewInput, profileInput } from "./inputs.ts";
import type { Defaults } from "./wizard-request.ts";
import type { WizardSearch } from "./wizard-search.ts";

export interface WizardFacts {
  readonly workspace: string;
  /** To choose from; those without a version are not there. */
  readonly datasets: readonly Dataset[];
  /** Name of the chosen one; null: there is none. */
  readonly dataset: string | null;
  readonly profile: TableProfile | null;
  readonly preview: DatasetRows | null;
  /** Why there is no profile. */
  readonly error: Error | null;
  readonly target: ColumnProfile | null;
  /** The target was not chosen but guessed. */
  readonly isGuess: boolean;
  /** What the target's values say. */
  readonly inferred: Task | null;
  /** The chosen task, or what is inferred. */
  readonly task: Task;
  readonly defaults: Defaults | null;
  /** Are rows and target there? */
  readonly canGoOn: boolean;
}

export function useWizardFacts(workspace: string, search: WizardSearch): WizardFacts {
  const list = useQuery(query("listDatasets", datasetsInput(workspace))).data?.items ?? [];
  const datasets = list.filter(({ latest }) => latest !== null);
  const dataset = search.dataset ?? datasets[0]?.name ?? null;
  const { version } = search;
  const enabled = dataset !== null;
  const profile = useQuery({
    ...query("getDatasetProfile", profileInput(workspace, dataset ?? "-", version)),
    enabled,
  });
  const preview = useQuery({
    ...steadyQuery("previewDataset", previewInput(workspace, dataset ?? "-", version)),
    enabled,
  });
  return {
    workspace,
    datasets,
    dataset,
    profile: profile.data ?? null,
    preview: preview.data ?? null,
    error: profile.error,
    ...factsOfTarget(search, dataset, profile.data ?? null),
  };
}

type TargetFacts = Pick<WizardFacts, "target" | "isGuess" | "inferred" | "task" | "defaults" | "canGoOn">;

function factsOfTarget(search: WizardSearch, dataset: string | null, profile: TableProfile | null): TargetFacts {
  const find = (name: string | null | undefined) => profile?.columns.find((column) => column.name === name) ?? null;
  const chosen = find(search.target);
  const target = chosen ?? (profile ? find(guessTarget(profile)) : null);
  const inferred = target ? inferTask(target) : null;
  const defaults = dataset !== null && target ? { dataset, target: target.name, task: inferred } : null;
  return {
    target,
    isGuess: chosen === null,
    inferred,
    task: search.task ?? inferred ?? "classification",
    defaults,
    canGoOn: defaults !== null && (inferred !== null || search.task !== undefined),
  };
}
