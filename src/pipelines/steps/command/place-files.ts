/** What a step is given, into its folder: code to run, and inputs to read. */
import { createWriteStream } from "node:fs";
import { chmod } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { SlipwayError } from "../../../base/index.ts";
import type { Confinement } from "./confinement.ts";
import { makeOwnFolder, makeReadableFolder } from "./steps-folder.ts";
import type { CommandTask, StepFiles, TaskFile, TaskInput } from "./task.ts";

/** Into "code"; folders belong to the step, files do not. @throws SLW_STEP_CODE, SLW_ARTIFACT_CORRUPT */
export async function placeCode(
  { code }: CommandTask,
  files: StepFiles,
  { folder, confinement }: { readonly folder: string; readonly confinement: Confinement },
): Promise<void> {
  const make = folderMaker(join(folder, "code"), (path) => makeOwnFolder(path, confinement));
  for (const file of code) {
    checkPath(file.path);
    make(dirname(file.path));
    await placeFile(file, files, join(folder, "code", file.path), file.executable ? 0o755 : 0o644);
  }
}

/** @returns path in the step's folder, or text, by name of the input */
export async function placeInputs(
  { inputs }: CommandTask,
  files: StepFiles,
  folder: string,
): Promise<Record<string, string>> {
  const places: Record<string, string> = {};
  for (const [name, input] of Object.entries(inputs)) places[name] = await placeInput(name, input, files, folder);
  return places;
}

async function placeInput(name: string, input: TaskInput, files: StepFiles, folder: string): Promise<string> {
  if (input.kind === "value") return input.text;
  // A folder for each: files keep their names.
  const place = join(folder, "inputs", name);
  makeReadableFolder(place);
  const make = folderMaker(place, makeReadableFolder);
  for (const file of input.files) {
    checkPath(file.path);
    const path = input.kind === "file" ? basename(file.path) : file.path;
    make(dirname(path));
    await placeFile(file, files, join(place, path), 0o444);
    if (input.kind === "file") return join(place, path);
  }
  return place;
}

/** @returns makes a folder in `base`, and those above it, with `make`, where that has not been done */
function folderMaker(base: string, make: (path: string) => void): (path: string) => void {
  const made = new Set(["."]);
  return function makeWithParents(path: string): void {
    if (made.has(path)) return;
    makeWithParents(dirname(path));
    made.add(path);
    make(join(base, path));
  };
}

/** It was checked when it was stored; nothing is written outside of the folder even if it was not. */
function checkPath(path: string): void {
  const bad = path.split("/").some((part) => part === "" || part === "." || part === "..");
  if (!bad && !path.includes("\0")) return;
  throw new SlipwayError("SLW_STEP_CODE", `${JSON.stringify(path.slice(0, 200))} is no path within a folder.`, {
    details: { path },
  });
}

async function placeFile(file: TaskFile, files: StepFiles, path: string, mode: number): Promise<void> {
  // "wx": nothing that is there already is followed or overwritten.
  await pipeline(await files.read(file), createWriteStream(path, { flags: "wx", mode: 0o600 }));
  await chmod(path, mode);
}
