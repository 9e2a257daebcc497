/** The tables and models that a step is about, by the content that they have now. */
import { sql } from "kysely";
import { SlipwayError } from "../../base/index.ts";
import { getVersionDetails } from "../../data/index.ts";
import { findVersion, resolveVersion } from "../../registry/index.ts";
import { loadEndpoints } from "../../serving/index.ts";
import type { Queryable } from "../../store/index.ts";
import type { DatasetInput } from "../../tracking/index.ts";
import {
  dataPlaces,
  modelPlaces,
  placeName,
  referenceText,
  type Path,
  type Step,
  type StepReference,
  type StepValue,
  type StoredDefinition,
} from "../../definition/index.ts";
import { datasetInput } from "../jobs/dataset-input.ts";
import type { TableRef } from "../jobs/automl-spec.ts";
import type { FingerprintPart } from "./types.ts";

export interface StepInputs {
  /** By place: datasets with their versions, and what expressions stood for. */
  readonly values: Readonly<Record<string, StepValue>>;
  /** By place, also of models that are named. */
  readonly contents: Readonly<Record<string, FingerprintPart>>;
  /** As the step's run logs them. */
  readonly datasets: readonly DatasetInput[];
}

/**
 * @param step with its expressions resolved @param raw as the definition has it
 * @throws SLW_DATASET_UNKNOWN, SLW_DATASET_VERSION
 */
export async function readInputs(
  trx: Queryable,
  workspaceId: string,
  given: {
    readonly step: Step;
    readonly raw: Step;
    readonly definition: StoredDefinition;
    readonly values: Readonly<Record<string, StepReference>>;
  },
): Promise<StepInputs> {
  const { step, raw, definition } = given;
  const values: Record<string, StepValue> = { ...given.values };
  const contents: Record<string, FingerprintPart> = {};
  const datasets: DatasetInput[] = [];
  for (const path of dataPlaces(raw, definition)) {
    const place = placeName(path);
    const text = textAt(step, path);
    if (values[place] === undefined && text !== "") values[place] = await datasetNamed(trx, workspaceId, text);
  }
  for (const [place, value] of Object.entries(values)) {
    if (value.type === "dataset") {
      const ref = await tableOf(trx, workspaceId, value.dataset, value.version);
      contents[place] = { key: ref.content, shown: ref.table.name };
      datasets.push(datasetInput(ref.table, place));
    } else contents[place] = await contentOf(trx, workspaceId, value);
  }
  for (const path of modelPlaces(raw)) {
    const place = placeName(path);
    const text = textAt(step, path);
    if (values[place] === undefined && text !== "") contents[place] = await modelNamed(trx, workspaceId, text);
  }
  if (step.type === "batch_score" && step.endpoint !== undefined) {
    contents["endpoint"] = await modelNamed(trx, workspaceId, `endpoint:${step.endpoint}`);
  }
  return { values, contents, datasets };
}

export function textAt(step: Step, path: Path): string {
  let value: unknown = step;
  for (const key of path) value = (value as Readonly<Record<string | number, unknown>> | undefined)?.[key];
  return typeof value === "string" ? value : "";
}

/** "bank" (the newest version), "bank@3". */
export function parseDataset(text: string): { readonly dataset: string; readonly version: number | null } {
  const [, dataset = text, version] = /^(.+)@(\d{1,9})$/.exec(text) ?? [];
  return { dataset, version: version === undefined ? null : Number(version) };
}

export async function datasetNamed(
  trx: Queryable,
  workspaceId: string,
  text: string,
): Promise<Extract<StepValue, { type: "dataset" }>> {
  const { dataset, version } = parseDataset(text);
  const row = await trx
    .selectFrom("dataset_versions")
    .innerJoin("datasets", "datasets.id", "dataset_versions.dataset_id")
    .select("dataset_versions.version")
    .where("datasets.workspace_id", "=", workspaceId)
    .where("datasets.name", "=", dataset)
    .where((where) =>
      version === null
        ? where("dataset_versions.version", "=", where.ref("datasets.last_version"))
        : where("dataset_versions.version", "=", version),
    )
    .executeTakeFirst();
  if (row !== undefined) return { type: "dataset", dataset, version: row.version };
  // It says what is there instead.
  const found = await getVersionDetails(trx, { workspaceId, dataset, version: version ?? "latest" });
  return { type: "dataset", dataset, version: found.version };
}

async function tableOf(
  trx: Queryable,
  workspaceId: string,
  dataset: string,
  version: number,
): Promise<{ readonly table: TableRef; readonly content: string }> {
  const row = await trx
    .selectFrom("dataset_versions")
    .innerJoin("datasets", "datasets.id", "dataset_versions.dataset_id")
    .select(["sha256", "options", "options_hash", "rows", sql<number>`json_array_length(columns)`.as("columns")])
    .where("datasets.workspace_id", "=", workspaceId)
    .where("datasets.name", "=", dataset)
    .where("dataset_versions.version", "=", version)
    .executeTakeFirst();
  if (row === undefined) {
    throw new SlipwayError("SLW_DATASET_VERSION", `There is no version ${version} of the dataset "${dataset}".`, {
      details: { dataset, version },
    });
  }
  const { sha256, options, rows, columns } = row;
  const table = { dataset, version, sha256, name: `${dataset}@${version}`, options, rows, columns };
  return { table, content: `${sha256}:${row.options_hash}` };
}

async function contentOf(trx: Queryable, workspaceId: string, value: StepValue): Promise<FingerprintPart> {
  if (value.type === "value") return { key: JSON.stringify(value.value), shown: JSON.stringify(value.value) };
  const shown = referenceText(value);
  if (value.type === "model_version") {
    const found = await findVersion(trx, { workspaceId, model: value.model, version: value.version });
    return { key: found.primarySha256 ?? found.id, shown };
  }
  if (value.type === "dataset") return { key: shown, shown };
  return { key: value.sha256, shown };
}

/** "bank@7", "bank@production", "endpoint:bank": what that is now. A step says itself what it makes of one that is not there. */
async function modelNamed(trx: Queryable, workspaceId: string, text: string): Promise<FingerprintPart> {
  try {
    const named = text.startsWith("endpoint:")
      ? await servedBy(trx, workspaceId, text.slice("endpoint:".length))
      : text;
    const at = named.lastIndexOf("@");
    const [model, reference] = at > 0 ? [named.slice(0, at), named.slice(at + 1)] : [named, "latest"];
    const { version, id, primarySha256 } = await resolveVersion(trx, { workspaceId, model, reference });
    return { key: primarySha256 ?? id, shown: `${model}@${version}` };
  } catch (error) {
    if (!(error instanceof SlipwayError)) throw error;
    return { key: "none", shown: `${text} (not there)` };
  }
}

async function servedBy(trx: Queryable, workspaceId: string, endpoint: string): Promise<string> {
  const { findEndpoint } = await loadEndpoints();
  const { deployments } = await findEndpoint(trx, { workspaceId, endpoint });
  const [most] = deployments.filter(({ state }) => state === "Healthy").toSorted((a, b) => b.traffic - a.traffic);
  return most === undefined ? "" : `${most.model.name}@${most.model.version}`;
}
