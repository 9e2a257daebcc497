/** The rules of DESIGN.md's table of folders, as layers.json holds them, and the budgets of length. */
import { existsSync, readdirSync } from "node:fs";
import { basename, dirname, join, relative, resolve, sep } from "node:path";
import { readSourceFile, type SourceFile } from "./source-file.ts";

export type Layers = Readonly<Record<string, readonly string[]>>;

const maxFileLines = 600;
const maxFunctionLines = 50;

/** AssemblyScript looks like TypeScript but does not parse as it; the compiler of the kernels checks it. */
const isAssembly = (name: string): boolean => name.split(sep).includes("assembly");

/** Style sheets are imported by what they belong to; they have no rules of their own. */
const isStyle = (specifier: string): boolean => specifier.endsWith(".css");

/** Every TypeScript file below `folder`, in a fixed order. */
export function readSources(folder: string): SourceFile[] {
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" });
  const sources = names.filter((name) => /\.tsx?$/.test(name) && !isAssembly(name)).toSorted();
  return sources.map((name) => readSourceFile(join(folder, name)));
}

export const isTest = (path: string): boolean => /\.test\.tsx?$/.test(path);

/** Tests and what only they use; not part of the package (tsconfig.build.json). */
const isForTests = (path: string): boolean => isTest(path) || /^(test-.*|testing)\.ts$/.test(basename(path));

/** Imports that leave their folder: only through a door (for tests also testing.ts), and only to where `layers` allows. */
export function layerViolations(src: string, files: readonly SourceFile[], layers: Layers): string[] {
  const violations: string[] = [];
  for (const file of files) {
    const from = folderOf(src, file.path);
    if (!(from in layers)) violations.push(`${show(src, file.path)}: the folder ${from} is not in layers.json`);
    for (const { specifier, kind, line } of file.references) {
      if (!specifier.startsWith(".") || isStyle(specifier)) continue;
      const target = resolve(dirname(file.path), specifier);
      const fault = referenceFault(src, layers, { path: file.path, folder: from }, target, kind);
      if (fault !== null) violations.push(`${show(src, file.path)}:${line}: ${specifier}: ${fault}`);
    }
  }
  return violations;
}

function referenceFault(
  src: string,
  layers: Layers,
  { path, folder: from }: { readonly path: string; readonly folder: string },
  target: string,
  kind: string,
): string | null {
  const isModule = /\.tsx?$/.test(target);
  // An address that is no module is data, such as the compiled kernels; it may stand anywhere in the package.
  if (kind === "start" && !isModule) return null;
  if (!isModule) return "relative imports end in .ts";
  if (!existsSync(target)) return "there is no such file";
  if (isTest(target)) return "nothing imports a test";
  if (!target.startsWith(src + sep)) return "leaves src";
  if (basename(target) === "testing.ts" && !isForTests(path)) return "only tests import testing.ts";
  const to = folderOf(src, target);
  if (to === from) return null;
  if (!layers[from]?.includes(to)) return `layers.json does not let ${from} import ${to}`;
  const doors = ["index.ts", "testing.ts"].map((name) => join(src, to, name));
  return doors.includes(target) ? null : `${to} has one door: ${to}/index.ts`;
}

/** Import cycles between files, each as its path of files; starting a worker is no import. */
export function importCycles(src: string, files: readonly SourceFile[]): string[] {
  const imports = new Map(files.map((file) => [file.path, importedFiles(file)]));
  const done = new Set<string>();
  const trail: string[] = [];
  const cycles: string[] = [];
  const visit = (path: string): void => {
    const start = trail.indexOf(path);
    if (start >= 0) cycles.push([...trail.slice(start), path].map((file) => show(src, file)).join(" -> "));
    if (start >= 0 || done.has(path)) return;
    trail.push(path);
    for (const next of imports.get(path) ?? []) visit(next);
    trail.pop();
    done.add(path);
  };
  for (const file of files) visit(file.path);
  return cycles;
}

function importedFiles(file: SourceFile): string[] {
  return file.references
    .filter(({ kind, specifier }) => kind === "import" && specifier.startsWith(".") && !isStyle(specifier))
    .map(({ specifier }) => resolve(dirname(file.path), specifier));
}

/** Files and functions over their budget. `excused` maps "path#function" to the reason. */
export function budgetViolations(
  root: string,
  files: readonly SourceFile[],
  excused: Readonly<Record<string, string>>,
): string[] {
  const violations: string[] = [];
  for (const file of files) {
    const path = show(root, file.path);
    if (file.lines > maxFileLines) violations.push(`${path}: ${file.lines} lines, at most ${maxFileLines}`);
    // What groups tests, also those that several call, is long without being hard to read.
    if (isForTests(path)) continue;
    for (const { name, line, lines } of file.functions)
      if (lines > maxFunctionLines && !(`${path}#${name}` in excused))
        violations.push(`${path}:${line}: ${name} has ${lines} lines, at most ${maxFunctionLines}`);
  }
  return violations;
}

/** The files of the studio without what they import of the contract: what is left are rules among its folders. */
export function studioFiles(studio: string, files: readonly SourceFile[]): SourceFile[] {
  const contract = join(dirname(studio), "contract", "index.ts");
  return files
    .filter(({ path }) => path.startsWith(studio + sep) && dirname(path) !== studio)
    .map((file) => ({
      ...file,
      references: file.references.filter(({ specifier }) => resolve(dirname(file.path), specifier) !== contract),
    }));
}

function folderOf(src: string, path: string): string {
  return relative(src, path).split(sep)[0] ?? "";
}

function show(root: string, path: string): string {
  return relative(root, path).split(sep).join("/");
}
