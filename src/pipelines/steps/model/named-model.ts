/** The model that a place of a step stands for: an artifact of a run, or a registered version. */
import { SlipwayError } from "../../../base/index.ts";
import {
  artifactsAt,
  findVersion,
  inspectFiles,
  listVersionFiles,
  resolveVersion,
  type ModelContents,
  type ModelFile,
  type ModelVersionDetails,
} from "../../../registry/index.ts";
import type { ArtifactStore, Database } from "../../../store/index.ts";
import type { StepValue } from "../../../definition/index.ts";

export type ModelValue = Extract<StepValue, { type: "model" | "model_version" }>;

export interface NamedModel {
  /** As messages call it: "bank@3", or "model.slipway of run 0190…". */
  readonly label: string;
  readonly value: ModelValue;
  readonly files: readonly ModelFile[];
  readonly contents: ModelContents;
}

export interface ModelStores {
  readonly database: Database;
  readonly artifacts: ArtifactStore;
}

interface ModelPlace {
  readonly workspaceId: string;
  /** Of the step: "model". */
  readonly place: string;
  /** What it stands for, where that is more than a text. */
  readonly value: StepValue | undefined;
  /** "bank@7", "bank@production"; without "@" the newest version. */
  readonly text: string;
}

/** @throws SLW_STEP_OPTION, SLW_REGISTRY_*, SLW_TRACKING_*, SLW_MODEL_* */
export async function findNamedModel(stores: ModelStores, { workspaceId, ...place }: ModelPlace): Promise<NamedModel> {
  const artifact = artifactOf(place.value);
  if (artifact !== null) return modelOfRun(stores, workspaceId, artifact);
  const { value, text } = place;
  if (value?.type === "dataset") throw noModel(place.place, value);
  const version =
    value?.type === "model_version"
      ? await findVersion(stores.database, { workspaceId, model: value.model, version: value.version })
      : await resolveVersion(stores.database, { workspaceId, ...referenceOf(text) });
  return modelOfVersion(stores.database, workspaceId, version);
}

/** A model, or files that a command wrote and that may be one. */
export function artifactOf(
  value: StepValue | undefined,
): Extract<StepValue, { type: "model" | "file" | "folder" }> | null {
  if (value === undefined) return null;
  return value.type === "model" || value.type === "file" || value.type === "folder" ? value : null;
}

/** Names may have an @, references have none. */
export function referenceOf(text: string): { readonly model: string; readonly reference: string } {
  const at = text.lastIndexOf("@");
  return at > 0 ? { model: text.slice(0, at), reference: text.slice(at + 1) } : { model: text, reference: "latest" };
}

async function modelOfRun(
  { database, artifacts }: ModelStores,
  workspaceId: string,
  { runId, path, sha256 }: NonNullable<ReturnType<typeof artifactOf>>,
): Promise<NamedModel> {
  const label = `${path} of run ${runId}`;
  const files = await artifactsAt(database, { workspaceId, runId, path });
  const [file] = files;
  const isFile = files.length === 1 && path.endsWith(file?.path ?? "/");
  if (isFile && file?.sha256 !== sha256) {
    throw new SlipwayError("SLW_ARTIFACT_CORRUPT", `${label} is not what the step before gave: it was changed since.`, {
      fix: "Run the step that makes it again.",
      details: { expected: sha256, got: file?.sha256 },
    });
  }
  return {
    label,
    value: { type: "model", runId, path, sha256 },
    files,
    contents: await inspectFiles(artifacts, files),
  };
}

/** @throws SLW_REGISTRY_NOT_READY where it has no file */
export async function modelOfVersion(
  database: Database,
  workspaceId: string,
  { model, version, contents }: ModelVersionDetails,
): Promise<NamedModel> {
  const label = `${model}@${version}`;
  const files = await listVersionFiles(database, { workspaceId, model, version });
  if (files.length > 0 && contents.primaryPath !== null) {
    return { label, value: { type: "model_version", model, version }, files, contents };
  }
  throw new SlipwayError("SLW_REGISTRY_NOT_READY", `Version ${version} of "${model}" has no file.`, {
    details: { model, version },
  });
}

function noModel(place: string, { type }: StepValue): SlipwayError {
  return new SlipwayError("SLW_STEP_OPTION", `${place}: expected a model, got a ${type}.`, {
    fix: 'Name a registered version ("bank@3"), or an output that is a model.',
    details: { option: place, expected: "a model", got: type },
  });
}
