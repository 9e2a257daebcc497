// The package as tests start it: src bundled as the published one is, without a look at types, in a folder whose name
// says its content. A process starts from it in a third of the time that the sources take, and goes on as it began
// while the sources change.
import { createHash } from "node:crypto";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { withLock } from "./setup-lock.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const builds = join(root, "build");
const prefix = "test-package-";

/** As they stand in the package: those of package.json and bin in the package itself, those of src in dist. */
const copied = ["package.json", "bin/slipway.js"];
const copiedFromSource = ["kernels/build/kernels.wasm", "serving/backends/python/serve_mlflow.py"];
const builders = ["package-lock.json", "scripts/bundle.mjs", "scripts/build-test-package.mjs"];

/** What no test file has begun with for so long goes, longer than any of them takes: milliseconds. */
const keepMilliseconds = 6 * 3_600_000;

/** @returns {string[]} modules of src that the package has, from src */
function listModules() {
  return readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" })
    .filter(
      (name) =>
        name.endsWith(".ts") && !/^(studio|kernels\/assembly)\/|\.test\.ts$|\btest-[^/]*$|\/testing\.ts$/.test(name),
    )
    .toSorted();
}

function fingerprint() {
  const modules = [...listModules(), ...copiedFromSource].map((name) => join("src", name));
  const hash = createHash("sha256");
  for (const name of [...modules, ...copied, ...builders])
    hash
      .update(`${name}\0`)
      .update(readFileSync(join(root, name)))
      .update("\0");
  return hash.digest("hex").slice(0, 16);
}

/**
 * Builds it unless it is there. Many may call it at a time: one builds, the others wait for it. The kernels must be
 * compiled (build-kernels.mjs).
 * @returns {Promise<string>} path of its bin/slipway.js
 */
export async function buildTestPackage() {
  const ready = findBuilt();
  if (ready !== null) return ready;
  return withLock(join(builds, "test-package.lock"), say, async () => {
    // After the lock: meanwhile another may have built it, or somebody changed a file.
    const folder = folderOf(fingerprint());
    if (!existsSync(folder)) await build(folder);
    removeOld();
    return scriptOf(folder);
  });
}

const folderOf = (content) => join(builds, `${prefix}${content}`);
const scriptOf = (folder) => join(folder, "bin/slipway.js");

function findBuilt() {
  const folder = folderOf(fingerprint());
  if (!existsSync(folder)) return null;
  utimesSync(folder, new Date(), new Date());
  return scriptOf(folder);
}

/** Into a folder aside, which takes its name when it is whole. */
async function build(folder) {
  const { bundleModules } = await import("./bundle.mjs");
  const aside = join(builds, `${prefix}new-${process.pid}`);
  rmSync(aside, { recursive: true, force: true });
  const copy = (from, to) => {
    mkdirSync(dirname(join(aside, to)), { recursive: true });
    copyFileSync(join(root, from), join(aside, to));
  };
  for (const name of copied) copy(name, name);
  for (const name of copiedFromSource) copy(join("src", name), join("dist", name));
  const dist = join(aside, "dist");
  // Where the set-up builds it: also one that is built later.
  symlinkSync("../../studio", join(dist, "studio"));
  const { files } = await bundleModules({ from: join(root, "src"), modules: listModules(), to: dist });
  for (const { path, code } of files) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, code);
  }
  renameSync(aside, folder);
}

/** And what Node compiled them to (vitest.config.ts), where nothing says which belongs to which. */
function removeOld() {
  const old = readdirSync(builds)
    .filter((name) => name.startsWith(prefix))
    .map((name) => join(builds, name))
    .filter((folder) => Date.now() - statSync(folder).mtimeMs > keepMilliseconds);
  if (old.length === 0) return;
  const compiled = join(builds, "compile-cache");
  const aside = `${compiled}.${process.pid}`;
  // Processes may be at work there: what is moved away gets no more files.
  if (existsSync(compiled)) renameSync(compiled, aside);
  for (const folder of [...old, aside]) rmSync(folder, { recursive: true, force: true });
}

function say(text) {
  process.stderr.write(`tests: ${text}\n`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) console.log(await buildTestPackage());
