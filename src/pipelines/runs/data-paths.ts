/**
 * Data paths as tables. A path in a datastore that a step reads as a table becomes a version of the dataset
 * "PIPELINE-PARAMETER" before the run is there: what the run reads is recorded, by content, as of any other dataset.
 */
import { newId } from "../../base/index.ts";
import { loadDatasets, type DatasetServices } from "../../data/index.ts";
import { dataPlaces, referencesOf, type StoredDefinition } from "../../definition/index.ts";
import type { Actor } from "../../store/index.ts";
import { textAt } from "./inputs.ts";

export interface DataPathImport {
  readonly workspaceId: string;
  readonly definition: StoredDefinition;
  /** As they were given. */
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly actor: Actor;
}

/** @returns the parameters with "DATASET@VERSION" for such paths. @throws SLW_DATASTORE_*, SLW_DATA_*, SLW_DATASET_* */
export async function importDataPaths(
  services: DatasetServices,
  { workspaceId, definition, parameters, actor }: DataPathImport,
  signal?: AbortSignal,
): Promise<Record<string, unknown>> {
  const imported: Record<string, unknown> = { ...parameters };
  for (const name of pathsOfTables(definition)) {
    const value = parameters[name] ?? definition.parameters?.[name]?.default;
    if (typeof value !== "string" || !isDataPath(value)) continue;
    const { createVersion, obtainFile } = await loadDatasets();
    const at = value.indexOf(":");
    const source = { datastore: value.slice(0, at), path: value.slice(at + 1) };
    const obtained = await obtainFile(services, workspaceId, source, signal);
    const dataset = `${definition.name}-${name}`;
    const input = { ...obtained, workspaceId, dataset, id: newId(), createDataset: true };
    const { version } = await createVersion(services, input, actor, signal);
    imported[name] = `${dataset}@${version.version}`;
  }
  return imported;
}

/** Parameters of type data_path that a step reads as a table. */
export function pathsOfTables(definition: StoredDefinition): string[] {
  const found = new Set<string>();
  for (const step of Object.values(definition.steps)) {
    for (const path of dataPlaces(step, definition)) {
      const message = textAt(step, path);
      for (const name of referencesOf({ type: "notify", to: "", message }).parameters) {
        if (definition.parameters?.[name]?.type === "data_path") found.add(name);
      }
    }
  }
  return [...found];
}

/** Names of datasets have no colon. */
function isDataPath(value: string): boolean {
  return value.includes(":");
}

/** Parameters of data paths whose value is a dataset already are ones of datasets, in this run. */
export function withDatasets(definition: StoredDefinition, given: Readonly<Record<string, unknown>>): StoredDefinition {
  const { parameters } = definition;
  if (parameters === undefined) return definition;
  const isDataset = (name: string): boolean => {
    const value = given[name];
    return parameters[name]?.type === "data_path" && typeof value === "string" && !isDataPath(value);
  };
  if (!Object.keys(parameters).some(isDataset)) return definition;
  return {
    ...definition,
    parameters: Object.fromEntries(
      Object.entries(parameters).map(([name, parameter]) => [
        name,
        isDataset(name) ? { ...parameter, type: "dataset" as const } : parameter,
      ]),
    ),
  };
}
