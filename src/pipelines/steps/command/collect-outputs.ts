/**
 * What a command was to write, found in its folder after the last of its processes has ended. The tree is a stranger's:
 * only plain files of the step's own and folders are taken, nothing is followed, and nothing is read without a limit.
 */
import {
  closeSync,
  constants,
  createReadStream,
  fstatSync,
  lstatSync,
  opendirSync,
  openSync,
  readFileSync,
} from "node:fs";
import type { Stats } from "node:fs";
import { basename, isAbsolute, join, normalize } from "node:path";
import { SlipwayError } from "../../../base/index.ts";
import { checkArtifactPath } from "../../../tracking/index.ts";
import type { CommandOutput, CommandStep } from "../../../definition/index.ts";
import type { OutputFile } from "./task.ts";

/** Files of one output. */
export const mostFiles = 10_000;
/** Bytes of one output: a file may be all holes. */
export const mostBytes = 64 * 2 ** 30;
/** Folders in folders. */
const deepest = 40;
/** Bytes of a value. */
const longestValue = 64 * 1024;

export type FoundOutput =
  | { readonly kind: "value"; readonly text: string }
  | { readonly kind: "file" | "folder"; readonly files: readonly FoundFile[] };

export interface FoundFile extends OutputFile {
  /** In the folder; of a single file, its name. */
  readonly path: string;
}

/** Where each output of the step is to be written. @throws SLW_STEP_OUTPUT */
export function outputPlaces({ outputs = {} }: CommandStep, folder: string): Record<string, string> {
  const places = Object.entries(outputs).map(([name, { path }]) => {
    if (path === undefined) return [name, join(folder, "outputs", name)];
    const within = normalize(path);
    if (isAbsolute(within) || within === "." || within.split("/")[0] === "..") {
      throw outputError(name, `has the path "${path}", which is not within its folder.`);
    }
    return [name, join(folder, "code", within.replace(/\/$/, ""))];
  });
  return Object.fromEntries(places) as Record<string, string>;
}

/**
 * @param uid of the step's files; null where they are the worker's user's
 * @throws SLW_STEP_OUTPUT naming the one that is not there, or is not what may be
 */
export function findOutput(
  { name, output, place, folder }: { name: string; output: CommandOutput; place: string; folder: string },
  uid: number | null,
): FoundOutput {
  const tree: Tree = { name, uid, files: [], bytes: 0 };
  refuseLinksAbove(tree, place, folder);
  const status = lstatSync(place, { throwIfNoEntry: false });
  if (status === undefined) throw outputError(name, `was not written: there is nothing at ${shown(place, folder)}.`);
  if (output.type === "value") return { kind: "value", text: readValue(tree, place, status) };
  const isFolder = status.isDirectory();
  if (isFolder && (output.type === "file" || output.type === "dataset")) {
    throw outputError(name, `is a folder; a ${output.type} is one file.`);
  }
  if (!isFolder && output.type === "folder") throw outputError(name, "is a file, and should be a folder.");
  if (isFolder) addFolder(tree, place, "", 0);
  else addFile(tree, place, basename(place), status);
  if (tree.files.length === 0) throw outputError(name, "is an empty folder.");
  return { kind: isFolder ? "folder" : "file", files: tree.files };
}

interface Tree {
  /** Of the output. */
  readonly name: string;
  readonly uid: number | null;
  readonly files: FoundFile[];
  bytes: number;
}

const shown = (place: string, folder: string): string => place.slice(folder.length + 1);

/** `path: "a/b"` where "a" is a link leads anywhere. */
function refuseLinksAbove({ name }: Tree, place: string, folder: string): void {
  const parts = shown(place, folder).split("/");
  for (let i = 1; i < parts.length; i++) {
    const above = parts.slice(0, i).join("/");
    if (lstatSync(join(folder, above), { throwIfNoEntry: false })?.isSymbolicLink()) {
      throw outputError(name, `lies behind the symbolic link ${above}; links are not followed.`);
    }
  }
}

function addFolder(tree: Tree, folder: string, path: string, depth: number): void {
  if (depth > deepest) throw outputError(tree.name, `has more than ${deepest} folders within one another.`);
  const names: string[] = [];
  const entries = opendirSync(folder);
  try {
    for (let entry = entries.readSync(); entry !== null; entry = entries.readSync()) {
      names.push(entry.name);
      if (names.length > mostFiles) throw tooMany(tree);
    }
  } finally {
    entries.closeSync();
  }
  refuseClashes(tree, names);
  for (const name of names.toSorted()) {
    const inTree = path === "" ? name : `${path}/${name}`;
    const status = lstatSync(join(folder, name), { throwIfNoEntry: false });
    if (status === undefined) throw outputError(tree.name, `has a name that is not text: ${JSON.stringify(inTree)}.`);
    if (status.isDirectory()) addFolder(tree, join(folder, name), inTree, depth + 1);
    else addFile(tree, join(folder, name), inTree, status);
  }
}

/** Where names are compared without case, one file would replace the other. */
function refuseClashes({ name }: Tree, names: readonly string[]): void {
  const seen = new Map<string, string>();
  for (const each of names) {
    const folded = each.normalize("NFC").toLowerCase();
    const other = seen.get(folded);
    if (other !== undefined)
      throw outputError(name, `has "${other}" and "${each}", which some systems take for one name.`);
    seen.set(folded, each);
  }
}

function addFile(tree: Tree, file: string, path: string, status: Stats): void {
  refuseSpecial(tree, path, status);
  try {
    checkArtifactPath(`outputs/${tree.name}/${path}`);
  } catch (error) {
    throw outputError(tree.name, `has a file with a name that cannot be kept: ${(error as Error).message}`);
  }
  tree.bytes += status.size;
  if (tree.files.length >= mostFiles) throw tooMany(tree);
  if (tree.bytes > mostBytes) throw outputError(tree.name, `has more than ${mostBytes / 2 ** 30} GB.`);
  tree.files.push({ path, size: status.size, open: () => openFile(tree, file, path) });
}

/** The same file is looked at that is read: by its descriptor, without following a link. */
function openFile(tree: Tree, file: string, path: string): ReturnType<typeof createReadStream> {
  const descriptor = openPlain(tree, file, path);
  return createReadStream("", { fd: descriptor });
}

function openPlain(tree: Tree, file: string, path: string): number {
  const descriptor = openSync(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    refuseSpecial(tree, path, fstatSync(descriptor));
    return descriptor;
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
}

function refuseSpecial({ name, uid }: Tree, path: string, status: Stats): void {
  const at = path === "" ? "" : ` ${JSON.stringify(path.slice(0, 200))}`;
  if (status.isSymbolicLink()) throw outputError(name, `has a symbolic link${at}; links are not followed.`);
  if (!status.isFile()) throw outputError(name, `has${at}, which is neither a file nor a folder.`);
  // A second name of somebody else's file.
  if (uid !== null && status.uid !== uid) throw outputError(name, `has${at}, which the step did not write itself.`);
}

function readValue(tree: Tree, place: string, status: Stats): string {
  refuseSpecial(tree, "", status);
  if (status.size > longestValue) {
    throw outputError(
      tree.name,
      `has ${status.size} bytes; a value has at most ${longestValue}. Declare it as a file.`,
    );
  }
  const descriptor = openPlain(tree, place, "");
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(readFileSync(descriptor));
  } catch (error) {
    if (error instanceof SlipwayError) throw error;
    throw outputError(tree.name, "is a value, and not text in UTF-8.");
  } finally {
    closeSync(descriptor);
  }
}

const tooMany = ({ name }: Tree): SlipwayError =>
  outputError(name, `has more than ${mostFiles} files; put them into an archive.`);

export function outputError(name: string, problem: string): SlipwayError {
  return new SlipwayError("SLW_STEP_OUTPUT", `The output "${name}" ${problem}`, { details: { output: name } });
}
