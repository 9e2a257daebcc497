/**
 * Where the files of a model version come from, as its client says it: text that the server never opens as a path or
 * fetches as a URL. What it names among the workspace's own runs, logged models, versions and proxied files is looked
 * up in tables; every other source is refused.
 */
import { posix } from "node:path";
import { SlipwayError } from "../../base/index.ts";
import {
  findVersion,
  listVersionFiles,
  resolveVersion,
  type ModelFile,
  type ModelVersionDetails,
} from "../../registry/index.ts";
import { getLoggedModel, type LoggedModel } from "../../tracking/index.ts";
import { proxiedPath, safePath } from "./artifact-path.ts";
import { findArtifacts, findPlace, type ArtifactCall } from "./artifact-store.ts";
import { invalidParameter } from "./errors.ts";

/** What a source names. */
export type Source =
  | { readonly kind: "run"; readonly runId: string; readonly path: string }
  | { readonly kind: "loggedModel"; readonly modelId: string }
  | { readonly kind: "version"; readonly model: string; readonly reference: string }
  | { readonly kind: "artifacts"; readonly path: string }
  /** On the clients' own disks: where the server has no part in artifacts, a run's may be there. */
  | { readonly kind: "local" };

/**
 * @param root artifact URI of the run or logged model that the source is said to be of; null where none is named. A
 *   local path is taken below a local root, as text.
 * @throws SLW_MLFLOW_INPUT for a source of any other form */
export function parseSource(source: string, root: string | null = null): Source {
  if (root !== null && isBelow(source, root)) return { kind: "local" };
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(source)?.[1]?.toLowerCase() ?? "";
  if (!isWhole(source)) throw unsafe(source, scheme);
  if (scheme === "runs") return parseRun(source);
  if (scheme === "models") return parseModel(source);
  if (scheme === "mlflow-artifacts" && !/^mlflow-artifacts:\/\//i.test(source)) {
    const path = proxiedPath(source);
    if (path !== null) return { kind: "artifacts", path };
  }
  if (scheme === "" || scheme === "file") throw local(source);
  throw invalidParameter(
    `Invalid model version source: '${source}'. A source is runs:/RUN_ID/PATH, models:/NAME/VERSION, models:/MODEL_ID or mlflow-artifacts:/PATH of this server.`,
  );
}

function isBelow(source: string, root: string): boolean {
  const [inner, outer] = [localPath(source), localPath(root)];
  return inner !== null && outer !== null && (inner === outer || inner.startsWith(`${outer}/`));
}

/** The absolute path that a file: URI without a host, or a path, stands for; null for anything else. */
function localPath(location: string): string | null {
  const path = location.startsWith("file:///") ? decode(location.slice("file://".length)) : location;
  if (path === null || !path.startsWith("/") || path.startsWith("//")) return null;
  // oxlint-disable-next-line no-control-regex
  return /[\u0000-\u001f\u007f\\;#]|%[0-9a-f]{2}/i.test(path) ? null : posix.resolve(path);
}

/** Neither ".." nor a control character, however often it is encoded; and no backslash, parameter or fragment. */
function isWhole(source: string): boolean {
  let text = source;
  for (let i = 0; i < 10; i++) {
    const decoded = decode(text);
    if (decoded === null) return false;
    if (decoded === text) break;
    text = decoded;
  }
  // oxlint-disable-next-line no-control-regex
  return !/[\u0000-\u001f\u007f\\;#]|%[0-9a-f]{2}/i.test(text) && !text.split(/[/:]/).includes("..");
}

function decode(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}

function parseRun(source: string): Source {
  const match = /^runs:\/([^/]+)(?:\/(.*))?$/i.exec(source);
  if (match === null) throw malformed(source);
  return { kind: "run", runId: match[1] as string, path: safePath(match[2] ?? "") };
}

function parseModel(source: string): Source {
  const match = /^models:\/([^/@]+)(?:\/([^/@]+)|@([^/@]+))?$/i.exec(source);
  if (match === null) throw malformed(source);
  const [, name = "", version, alias] = match;
  const reference = version ?? alias;
  if (reference !== undefined) return { kind: "version", model: name, reference };
  if (!/^m-[0-9a-f]{32}$/.test(name)) throw malformed(source);
  return { kind: "loggedModel", modelId: name };
}

function malformed(source: string): SlipwayError {
  return invalidParameter(`Invalid model version source: '${source}'.`);
}

function local(source: string): SlipwayError {
  return invalidParameter(
    `Invalid model version source: '${source}'. To use a local path as a model version source, the run_id request parameter has to be specified and the local path has to be contained within the artifact directory of the run specified by the run_id.`,
  );
}

function unsafe(source: string, scheme: string): SlipwayError {
  if (scheme === "" || scheme === "file") return local(source);
  return invalidParameter(
    `Invalid model version source: '${source}'. If supplying a source as an http, https, local file path, ftp, objectstore, or mlflow-artifacts uri, an absolute path must be provided without relative path references present. Please provide an absolute path.`,
  );
}

/** What is there of a source: its files, as they are now, and what they were made by. */
export interface SourceFiles {
  readonly files: readonly ModelFile[];
  readonly loggedModel: LoggedModel | null;
  /** Of a version that is copied. */
  readonly version: ModelVersionDetails | null;
}

/** @throws SLW_TRACKING_LOGGED_MODEL, SLW_REGISTRY_*; a run that is not there has no files */
export async function findSource(call: ArtifactCall, source: Source): Promise<SourceFiles> {
  const { database, workspace } = call;
  const none = { loggedModel: null, version: null };
  switch (source.kind) {
    case "local":
      return { ...none, files: [] };
    case "artifacts":
      return { ...none, files: await findArtifacts(call, await findPlace(call, source.path)) };
    case "run": {
      const { runId, path } = source;
      const files = await findArtifacts(call, { runId, path }).catch(ignoreUnknownRun);
      return { ...none, files: files ?? [] };
    }
    case "loggedModel": {
      const loggedModel = await getLoggedModel(database, { workspaceId: workspace.id, modelId: source.modelId });
      const root = proxiedPath(loggedModel.artifactUri);
      return {
        ...none,
        loggedModel,
        files: root === null ? [] : await findArtifacts(call, { runId: null, path: root }),
      };
    }
    case "version": {
      const ref = { workspaceId: workspace.id, model: source.model };
      const version = await resolveVersion(database, { ...ref, reference: source.reference });
      const files = await listVersionFiles(database, { ...ref, version: version.version });
      return { ...none, version, files };
    }
  }
}

function ignoreUnknownRun(error: unknown): null {
  if (error instanceof SlipwayError && error.code === "SLW_TRACKING_RUN") return null;
  throw error;
}

/** Versions may be copies of copies. */
const deepest = 20;

/** Where a client finds the files of a version: its source, or what a models:/ source stands for. */
export async function downloadUri(
  call: ArtifactCall,
  ref: { readonly model: string; readonly version: number },
  depth = 0,
): Promise<string> {
  const { database, workspace } = call;
  const { source } = await findVersion(database, { workspaceId: workspace.id, ...ref });
  if (!/^models:/i.test(source.uri) || depth > deepest) return source.uri;
  const parsed = parseSource(source.uri);
  if (parsed.kind === "loggedModel") {
    const { modelId } = parsed;
    const model = await getLoggedModel(database, { workspaceId: workspace.id, modelId, deletedToo: true });
    return model.artifactUri;
  }
  if (parsed.kind !== "version") return source.uri;
  const { model, reference } = parsed;
  const { version } = await resolveVersion(database, { workspaceId: workspace.id, model, reference });
  return downloadUri(call, { model, version }, depth + 1);
}
