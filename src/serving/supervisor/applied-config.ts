/** The configuration that replicas run, in a file of its own: config.json may hold a later one that does not work. */
import { join } from "node:path";
import { readConfig, writeConfig, type EndpointConfig, type EndpointFolder } from "../config/index.ts";

const appliedFile = (folder: EndpointFolder): EndpointFolder => ({
  ...folder,
  config: join(folder.path, "applied.json"),
});

export async function writeApplied(folder: EndpointFolder, config: EndpointConfig): Promise<void> {
  await writeConfig(appliedFile(folder), config);
}

/** @returns null where there is none that can be read */
export async function readApplied(folder: EndpointFolder): Promise<EndpointConfig | null> {
  return readConfig(appliedFile(folder)).catch(() => null);
}

/**
 * Whether replicas that run `before` cannot go on with `after`: other models, or what is set when a process is started
 * or a model is opened.
 */
export function needsNewReplicas(before: EndpointConfig, after: EndpointConfig): boolean {
  return fixedAtStart(before) !== fixedAtStart(after);
}

function fixedAtStart({ deployments, settings, otlpEndpoint }: EndpointConfig): string {
  const { unknownColumns, missingColumns, unknownCategories, explainedRows, cpuCores } = settings;
  return JSON.stringify([
    deployments.map(({ name, model }) => [name, model.name, model.version, model.kind, model.path, model.sha256]),
    [unknownColumns, missingColumns, unknownCategories, explainedRows, cpuCores, otlpEndpoint],
  ]);
}
