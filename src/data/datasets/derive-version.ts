/** New versions made of another one by steps; they know what they were made of. */
import { createReadStream } from "node:fs";
import { join } from "node:path";
import { SlipwayError } from "../../base/index.ts";
import type { Actor, StoredArtifact } from "../../store/index.ts";
import { createVersion, type CreatedVersion } from "./create-version.ts";
import { getVersionFile, withFile, type VersionFile } from "./read-version.ts";
import type { VersionRef } from "./rows.ts";
import { atMoment, isSplit, type Step } from "./steps.ts";
import type { DatasetServices } from "./services.ts";
import type { Tags, VersionOptions } from "./types.ts";

export interface Derivation extends VersionRef {
  readonly steps: readonly Step[];
  /** Dataset that the result becomes a version of; made where it is not there. */
  readonly name: string;
  /** Of the second part of a random split. */
  readonly restName?: string | undefined;
  /** Default: that of the version. */
  readonly format?: "csv" | "parquet" | undefined;
  readonly description?: string | undefined;
  readonly tags?: Tags | undefined;
  /** Ids of the request for the versions that it makes. */
  readonly ids: { readonly first: string; readonly rest: string };
}

export interface DerivedVersions {
  readonly first: CreatedVersion;
  /** Of a random split; otherwise null. */
  readonly rest: CreatedVersion | null;
}

/** @throws SLW_DATASET_*, SLW_DATA_COLUMN_MISSING */
export async function deriveVersion(
  services: DatasetServices,
  given: Derivation,
  actor: Actor,
  signal?: AbortSignal,
): Promise<DerivedVersions> {
  checkNames(given);
  const request = { ...given, steps: atMoment(given.steps, new Date()) };
  const file = await getVersionFile(services.database, request);
  const parts = await writeParts(services, file, request, signal);
  const made: CreatedVersion[] = [];
  for (const [index, part] of parts.entries())
    made.push(await storePart(services, { request, file, part, index }, actor, signal));
  return { first: made[0] as CreatedVersion, rest: made[1] ?? null };
}

function checkNames({ steps, name, restName }: Derivation): void {
  const split = isSplit(steps);
  const fault =
    split && restName === undefined
      ? "a split makes two datasets, but only one name is given"
      : !split && restName !== undefined
        ? "only a split makes a second dataset"
        : name === restName
          ? "both parts of the split have the same name"
          : null;
  if (fault === null) return;
  throw new SlipwayError("SLW_DATASET_STEP", `The steps do not fit the names: ${fault}.`, {
    fix: "Give name and restName, two different ones, exactly where random_split is the last step.",
    details: { name, restName: restName ?? null },
  });
}

interface Part {
  readonly file: StoredArtifact;
  readonly options: VersionOptions;
}

function writeParts(
  services: DatasetServices,
  file: VersionFile,
  { steps, format = file.version.format }: Derivation,
  signal: AbortSignal | undefined,
): Promise<Part[]> {
  return services.processes.withFolder(async (folder) => {
    const outputs = (isSplit(steps) ? ["first", "rest"] : ["first"]).map((name) => join(folder, `${name}.${format}`));
    const options = await withFile(services, file, (tableFile) =>
      services.processes.run("derive", { file: tableFile, steps, format, outputs }, signal),
    );
    const parts: Part[] = [];
    for (const [index, output] of outputs.entries()) {
      const stored = await services.artifacts.put(createReadStream(output), signal ? { signal } : {});
      parts.push({ file: stored, options: options[index]! });
    }
    return parts;
  });
}

function storePart(
  services: DatasetServices,
  { request, file, part, index }: { request: Derivation; file: VersionFile; part: Part; index: number },
  actor: Actor,
  signal: AbortSignal | undefined,
): Promise<CreatedVersion> {
  const { workspaceId, name, restName, steps, description, tags, ids } = request;
  const { version } = file;
  const dataset = index === 0 ? name : (restName ?? name);
  const format = request.format ?? version.format;
  const which = !isSplit(steps) ? "all" : index === 0 ? "first" : "rest";
  return createVersion(
    services,
    {
      id: index === 0 ? ids.first : ids.rest,
      workspaceId,
      dataset,
      createDataset: true,
      options: part.options,
      file: part.file,
      fileName: `${dataset}.${format}`,
      source: { kind: "derived", dataset: version.dataset, version: version.version, steps, part: which },
      inputs: [version.id],
      description,
      tags,
    },
    actor,
    signal,
  );
}
