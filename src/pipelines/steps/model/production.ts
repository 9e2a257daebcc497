/** The model that a new one is judged against. */
import { SlipwayError } from "../../../base/index.ts";
import { findVersion, resolveVersion, type ModelVersionDetails } from "../../../registry/index.ts";
import { loadEndpoints } from "../../../serving/index.ts";
import type { Database } from "../../../store/index.ts";
import type { StepValue } from "../../../definition/index.ts";
import { findNamedModel, modelOfVersion, referenceOf, type ModelStores, type NamedModel } from "./named-model.ts";

interface ProductionPlace {
  readonly workspaceId: string;
  /** What `against` stands for, where that is more than a text. */
  readonly value: StepValue | undefined;
  /** "bank@production", "endpoint:bank"; absent or empty for nothing. */
  readonly text: string | undefined;
}

const endpointPrefix = "endpoint:";

/**
 * @returns null where nothing is in production: no such model, no version with this alias or in this stage, no such
 *   endpoint, or none of its deployments healthy with traffic
 * @throws SLW_REGISTRY_VERSION where a version is named by its number and is not there
 */
export async function findProduction(
  stores: ModelStores,
  { workspaceId, value, text = "" }: ProductionPlace,
): Promise<NamedModel | null> {
  const isValue = value !== undefined && value.type !== "value";
  if (isValue) return findNamedModel(stores, { workspaceId, place: "against", value, text });
  if (text === "") return null;
  const { database } = stores;
  const version = await unlessAbsent(text, () =>
    text.startsWith(endpointPrefix)
      ? versionOfEndpoint(database, workspaceId, text.slice(endpointPrefix.length))
      : resolveVersion(database, { workspaceId, ...referenceOf(text) }),
  );
  return version === null ? null : modelOfVersion(database, workspaceId, version);
}

/** The version with the most traffic, of those that are healthy. */
async function versionOfEndpoint(
  database: Database,
  workspaceId: string,
  endpoint: string,
): Promise<ModelVersionDetails | null> {
  const { findEndpoint } = await loadEndpoints();
  const { deployments } = await findEndpoint(database, { workspaceId, endpoint });
  const serving = deployments.filter(({ state, traffic }) => state === "Healthy" && traffic > 0);
  const [most] = serving.toSorted((a, b) => b.traffic - a.traffic);
  if (most === undefined) return null;
  return findVersion(database, { workspaceId, model: most.model.name, version: most.model.version });
}

const absent = new Set(["SLW_REGISTRY_MODEL", "SLW_REGISTRY_ALIAS_UNKNOWN", "SLW_ENDPOINT_UNKNOWN"]);

async function unlessAbsent<T>(text: string, find: () => Promise<T>): Promise<T | null> {
  try {
    return await find();
  } catch (error) {
    const code = error instanceof SlipwayError ? error.code : "";
    // A stage may be empty; a version that is named by its number should be there.
    if (absent.has(code) || (code === "SLW_REGISTRY_VERSION" && !/@\d+$/.test(text))) return null;
    throw error;
  }
}
