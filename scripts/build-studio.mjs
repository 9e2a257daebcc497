// Builds src/studio (Vite) to build/studio, unless it is up to date, with every file also compressed beside itself.
import { createHash } from "node:crypto";
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import { pagesOf } from "./studio-pages.mjs";
import { withLock } from "./setup-lock.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const sources = join(root, "src/studio");
const built = join(root, "build/studio");
const stampName = ".stamp";

/** What the result is made of, beside the dependencies that the lock file names. */
const inputs = [
  "src/studio",
  "src/contract",
  "package-lock.json",
  "scripts/build-studio.mjs",
  "scripts/studio-pages.mjs",
  "scripts/licences.mjs",
];
const isTest = (name) => /\.test\.tsx?$/.test(name);

/** Below so many bytes a compressed file is not worth its header. */
const worthwhile = 500;
const compressible = new Set([".css", ".js", ".svg", ".webmanifest"]);

function fingerprint() {
  const hash = createHash("sha256");
  for (const input of inputs) {
    const path = join(root, input);
    const names = statSync(path).isDirectory()
      ? readdirSync(path, { recursive: true, encoding: "utf8" })
          .filter((name) => !isTest(name))
          .map((name) => join(path, name))
      : [path];
    for (const name of names.toSorted())
      if (statSync(name).isFile())
        hash
          .update(`${name.slice(root.length)}\0`)
          .update(readFileSync(name))
          .update("\0");
  }
  return hash.digest("hex");
}

function isUpToDate(wanted) {
  const stamp = join(built, stampName);
  return existsSync(stamp) && readFileSync(stamp, "utf8") === wanted;
}

/**
 * Many may call it at a time: one builds, the others wait for it.
 * @param {{ out?: string }} options out: folder that the result is copied to; what is there is replaced
 * @returns {Promise<boolean>} whether something was built
 */
export async function buildStudio({ out } = {}) {
  if (out === undefined && isUpToDate(fingerprint())) return false;
  return withLock(join(root, "build/studio.lock"), say, async () => {
    // After the lock: meanwhile another may have built it, or somebody changed a file.
    const wanted = fingerprint();
    const isNew = !isUpToDate(wanted);
    if (isNew) await build(wanted);
    if (out !== undefined) {
      rmSync(out, { recursive: true, force: true });
      cpSync(built, out, { recursive: true, filter: (path) => basename(path) !== stampName });
    }
    return isNew;
  });
}

/** Into a folder aside, which takes the place of the old one when it is whole. */
async function build(wanted) {
  const { build: vite } = await import("vite");
  const { copyLicences } = await import("./licences.mjs");
  const aside = `${built}.new`;
  rmSync(aside, { recursive: true, force: true });
  const { output } = await vite({
    root: sources,
    configFile: join(sources, "vite.config.ts"),
    mode: "production",
    logLevel: "warn",
    build: { outDir: aside, emptyOutDir: true },
  });
  const drawing = await buildDrawing(vite, aside);
  copyLicences(
    [...output, ...drawing.output].flatMap(({ moduleIds = [] }) => moduleIds),
    aside,
  );
  writeFileSync(join(aside, "pages.json"), JSON.stringify({ draw: drawing.entry, pages: pagesOf(output, sources) }));
  await compressFiles(aside);
  writeFileSync(join(aside, stampName), wanted);
  const old = `${built}.old`;
  rmSync(old, { recursive: true, force: true });
  mkdirSync(dirname(built), { recursive: true });
  if (existsSync(built)) renameSync(built, old);
  renameSync(aside, built);
  rmSync(old, { recursive: true, force: true });
}

/**
 * The same pages once more, for Node: what the server draws them with. In a folder of which no file is served.
 * @returns entry: path of the module in the folder
 */
async function buildDrawing(vite, folder) {
  const { output } = await vite({
    root: sources,
    configFile: join(sources, "vite.config.ts"),
    mode: "production",
    logLevel: "warn",
    publicDir: false,
    ssr: { noExternal: true },
    build: {
      ssr: "draw.tsx",
      outDir: join(folder, "drawing"),
      minify: true,
      rolldownOptions: { output: { entryFileNames: "[name]-[hash].js", chunkFileNames: "[name]-[hash].js" } },
    },
  });
  return { output, entry: `drawing/${output.find(({ isEntry }) => isEntry).fileName}` };
}

async function compressFiles(folder) {
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter(
    (name) => compressible.has(extname(name)) && !name.startsWith("drawing"),
  );
  await Promise.all(names.map((name) => compressFile(join(folder, name))));
}

async function compressFile(path) {
  const bytes = readFileSync(path);
  if (bytes.length < worthwhile) return;
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
    [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
  };
  writeFileSync(`${path}.br`, await promisify(brotliCompress)(bytes, { params }));
  writeFileSync(`${path}.gz`, await promisify(gzip)(bytes, { level: 9 }));
}

function say(text) {
  process.stderr.write(`studio: ${text}\n`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  console.log((await buildStudio()) ? "studio built" : "studio up to date");
}
