/** A pipeline's file and what it needs, from here or from a git repository, on its way to a server. */
import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { openAsBlob, realpathSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join, relative, resolve } from "node:path";
import { promisify } from "node:util";
import { SlipwayError } from "../base/index.ts";
import type { Client, NewPipelineVersion } from "../contract/index.ts";
import {
  collectCode,
  definitionOf,
  loadPipelineFile,
  type CollectedFile,
  type LoadedPipeline,
} from "../definition/index.ts";
import type { Output } from "./output.ts";
import type { CommandLineOptions } from "./values.ts";

type Source = NonNullable<NewPipelineVersion["source"]>;

export interface PipelineFile {
  readonly loaded: LoadedPipeline;
  /** By step. */
  readonly code: Readonly<Record<string, readonly CollectedFile[]>>;
  readonly source: Source;
  /** Of a repository that was fetched for it; to be removed. */
  readonly temporaryFolder: string | null;
}

/** @returns what was found to be wrong as well */
export function checkPipelineFile(file: string): Promise<LoadedPipeline> {
  return loadPipelineFile(file);
}

/** @throws SLW_PIPELINE_INVALID with all that is wrong, SLW_CLI_GIT */
export async function readPipelineFile(
  file: string,
  options: CommandLineOptions,
  signal: AbortSignal,
): Promise<PipelineFile> {
  const { git, commit } = options;
  if (git === undefined) {
    if (commit !== undefined) {
      throw new SlipwayError("SLW_CLI_OPTION", "--commit belongs to --git.", { fix: "Give --git REPOSITORY as well." });
    }
    return { ...(await readFrom(file, await gitSourceOf(file))), temporaryFolder: null };
  }
  const folder = await mkdtemp(join(tmpdir(), "slipway-git-"));
  try {
    const hash = await fetchCommit({ repository: git, commit: commit ?? "HEAD", folder, signal });
    const path = resolve(folder, file);
    if (relative(folder, path).startsWith("..")) {
      throw new SlipwayError("SLW_CLI_OPERAND", `${file} is outside of the repository.`);
    }
    const found = await readFrom(path, {
      path: file,
      git: { repository: withoutSecret(git), commit: hash, dirty: false },
    });
    return { ...found, temporaryFolder: folder };
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

async function readFrom(file: string, source: Source): Promise<Omit<PipelineFile, "temporaryFolder">> {
  const loaded = await loadPipelineFile(file);
  const definition = definitionOf(loaded);
  return { loaded, code: await collectCode(definition, dirname(resolve(file))), source };
}

/** Uploads the code, and gives what the operations take. The temporary folder is removed. */
export async function uploadDefinition(
  client: Client,
  { loaded, code, source, temporaryFolder }: PipelineFile,
  output: Output,
  signal: AbortSignal,
): Promise<Pick<NewPipelineVersion, "text" | "definition" | "code" | "source">> {
  try {
    const uploaded: NonNullable<NewPipelineVersion["code"]> = {};
    for (const [step, files] of Object.entries(code)) {
      const sent: { path: string; upload: string; executable: boolean }[] = [];
      for (const file of files) {
        output.status(`uploading ${file.path} …`);
        sent.push({ path: file.path, upload: await upload(client, file, signal), executable: file.executable });
      }
      uploaded[step] = { files: sent };
    }
    output.status("");
    const { text, definition } = loaded;
    // A module is no text that a server could read.
    const what = text === null ? { definition: definition as unknown as Record<string, unknown> } : { text };
    return { ...what, source, ...(Object.keys(uploaded).length > 0 && { code: uploaded }) };
  } finally {
    if (temporaryFolder !== null) await rm(temporaryFolder, { recursive: true, force: true });
  }
}

/** The server refuses what is not what was collected. */
async function upload(client: Client, { absolutePath, path }: CollectedFile, signal: AbortSignal): Promise<string> {
  const id = randomBytes(16).toString("hex");
  const query = { id, fileName: basename(path).slice(-255) };
  const bytes = await openAsBlob(absolutePath);
  await client.createUpload({ query, upload: bytes, mediaType: "application/octet-stream" }, { signal });
  return id;
}

const run = promisify(execFile);

async function git(args: readonly string[], folder: string, signal?: AbortSignal): Promise<string> {
  const { stdout } = await run("git", ["-C", folder, ...args], {
    ...(signal && { signal }),
    maxBuffer: 2 ** 24,
    // A question for a password would wait for ever.
    env: { ...process.env, GIT_TERMINAL_PROMPT: "0" },
  });
  return stdout.trim();
}

interface Fetching {
  readonly repository: string;
  readonly commit: string;
  readonly folder: string;
  readonly signal: AbortSignal;
}

/** @returns the hash of the commit. @throws SLW_CLI_GIT */
async function fetchCommit({ repository, commit, folder, signal }: Fetching): Promise<string> {
  try {
    await git(["clone", "--quiet", "--no-checkout", "--", repository, folder], process.cwd(), signal);
    // A branch of the repository is only one of its copy when it was checked out.
    const hash = await git(["rev-parse", "--verify", "--end-of-options", `origin/${commit}^{commit}`], folder).catch(
      () => git(["rev-parse", "--verify", "--end-of-options", `${commit}^{commit}`], folder),
    );
    await git(["checkout", "--quiet", "--detach", hash], folder, signal);
    return hash;
  } catch (cause) {
    signal.throwIfAborted();
    const said = String((cause as { stderr?: string }).stderr ?? "").trim() || (cause as Error).message;
    throw new SlipwayError("SLW_CLI_GIT", `git could not get ${commit} of ${withoutSecret(repository)}: ${said}`, {
      details: { repository: withoutSecret(repository), commit },
      cause,
    });
  }
}

/** Of a file in a working copy: where it is from, so that a run can be traced to its commit. */
async function gitSourceOf(file: string): Promise<Source> {
  const folder = dirname(resolve(file));
  const plain = { path: basename(file) };
  try {
    const [root, commit, status] = await Promise.all([
      git(["rev-parse", "--show-toplevel"], folder),
      git(["rev-parse", "HEAD"], folder),
      git(["status", "--porcelain", "--", "."], folder),
    ]);
    const remote = await git(["remote", "get-url", "origin"], folder).catch(() => "");
    const path = relative(root, realpathSync(resolve(file)));
    if (remote === "") return { path };
    return { path, git: { repository: withoutSecret(remote), commit, dirty: status !== "" } };
  } catch {
    return plain;
  }
}

/** "https://user:token@host/…" without what only its owner should know. */
function withoutSecret(repository: string): string {
  return repository.replace(/^(\w+:\/\/)[^@/]*@/, "$1");
}
