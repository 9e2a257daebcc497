/**
 * Registering a version. Its number is taken, its rows are written and its event is told in one transaction, after its
 * bytes are in the artifact store: whoever is killed in between leaves bytes that nobody refers to, and no version.
 */
import { sql } from "kysely";
import { SlipwayError, newId } from "../base/index.ts";
import { transaction, type Queryable } from "../store/index.ts";
import { checkAlias, checkModelName } from "./names.ts";
import { insertModel } from "./models.ts";
import { finiteMetrics } from "./finite-metrics.ts";
import { lockModel } from "./rows.ts";
import { pointAlias } from "./aliases.ts";
import { recordVersionChange } from "./version-events.ts";
import { findVersion, findVersionById } from "./versions.ts";
import type { ModelVersionDetails, NewVersion } from "./types.ts";

/**
 * The next number of the model; a request that is sent again (the same id) gets the version that it made.
 * @throws SLW_REGISTRY_MODEL, SLW_REGISTRY_NAME, SLW_REGISTRY_ALIAS, SLW_REGISTRY_FILES
 */
export function createVersion(database: Queryable, input: NewVersion): Promise<ModelVersionDetails> {
  checkModelName(input.model);
  input.aliases?.forEach(checkAlias);
  checkFiles(input);
  const { workspaceId, model, actor } = input;
  return transaction(database, async (trx) => {
    if (input.createModel) await insertModel(trx, { id: newId(), workspaceId, model, actor });
    const { id: modelId, last_version: last } = await lockModel(trx, input);
    const made = await findVersionById(trx, input);
    if (made !== null) return findVersion(trx, { ...input, model: made.model, version: made.version });
    const version = last + 1;
    await trx
      .updateTable("registered_models")
      .set({ last_version: version, updated_at: sql`now()` })
      .where("id", "=", modelId)
      .execute();
    await insertVersion(trx, input, modelId, version);
    for (const alias of input.aliases ?? []) await pointAlias(trx, modelId, alias, input.id);
    const ref = { workspaceId, model, version };
    await recordVersionChange(trx, { ...ref, actor }, "created", "createModelVersion", eventData(input));
    return findVersion(trx, ref);
  });
}

/** What the event tells of the version beyond its name: what CloudEvents carry as ModelTags and ModelProperties. */
function eventData({
  contents,
  tags = {},
  source,
  dataset,
  aliases = [],
  metrics,
}: NewVersion): Record<string, unknown> {
  const { kind, algorithm, task, target, primaryMetric } = contents;
  const all = { ...contents.metrics, ...metrics };
  return {
    tags,
    aliases,
    kind,
    algorithm,
    task,
    target,
    primaryMetric,
    primaryMetricValue: primaryMetric === null ? null : (all[primaryMetric] ?? null),
    runId: source.runId,
    dataset: dataset ?? null,
  };
}

async function insertVersion(trx: Queryable, input: NewVersion, modelId: string, version: number): Promise<void> {
  const { contents, source, files } = input;
  const primary = files.find(({ path }) => path === contents.primaryPath);
  await trx
    .insertInto("model_versions")
    .values({
      id: input.id,
      workspace_id: input.workspaceId,
      model_id: modelId,
      version,
      description: input.description ?? "",
      tags: JSON.stringify(input.tags ?? {}),
      status: input.status ?? "READY",
      kind: contents.kind,
      algorithm: contents.algorithm,
      task: contents.task,
      target: contents.target,
      primary_metric: contents.primaryMetric,
      metrics: JSON.stringify(finiteMetrics({ ...contents.metrics, ...input.metrics })),
      params: JSON.stringify(input.params ?? {}),
      contents: JSON.stringify({ ...contents, metrics: finiteMetrics(contents.metrics) }),
      primary_sha256: primary?.sha256 ?? null,
      size: files.reduce((sum, { size }) => sum + size, 0),
      source_uri: source.uri,
      run_id: source.runId,
      artifact_path: source.artifactPath,
      logged_model_id: source.loggedModelId,
      run_link: source.runLink,
      dataset_name: input.dataset?.name ?? null,
      dataset_version: input.dataset?.version ?? null,
      code_commit: input.codeCommit ?? null,
      registered_by: input.actor.userName,
    })
    .execute();
  if (files.length === 0) return;
  const rows = files.map(({ path, sha256, size }) => ({ version_id: input.id, path, sha256, size }));
  await trx.insertInto("model_version_files").values(rows).execute();
}

/** Files of a version at most: an MLflow model folder has some ten. */
const mostFiles = 5_000;

/** @throws SLW_REGISTRY_FILES */
function checkFiles({ files, contents }: NewVersion): void {
  const paths = new Set(files.map(({ path }) => path));
  let problem: string | null = null;
  if (files.length > mostFiles) problem = `there are ${files.length} files, more than ${mostFiles}`;
  else if (paths.size < files.length) problem = "two files have one path";
  else if (files.some(({ path }) => !isFilePath(path))) problem = "a path leads outside of the model's folder";
  else if (contents.primaryPath !== null && !paths.has(contents.primaryPath)) {
    problem = `the file ${contents.primaryPath} is not among them`;
  }
  if (problem === null) return;
  throw new SlipwayError("SLW_REGISTRY_FILES", `The version's files cannot be registered: ${problem}.`);
}

/** Relative, of plain segments; it is a name only and never becomes part of a path on our disks. */
function isFilePath(path: string): boolean {
  // oxlint-disable-next-line no-control-regex
  if (path.length === 0 || path.length > 1000 || /[\\\u0000-\u001f\u007f]|^[A-Za-z]:/.test(path)) return false;
  return path.split("/").every((segment) => segment !== "" && segment !== "." && segment !== "..");
}
