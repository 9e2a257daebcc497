// All set-up of a checkout, run before `npm test`, `npm run quickstart` and the like:
//   node scripts/setup.mjs [SCRIPT.mjs ARGS…]
// installs the dependencies that package-lock.json names, finds or fetches a Node that runs TypeScript, compiles the
// kernels, builds the studio, then runs SCRIPT under that Node. What is in place already is left alone, and then no
// network is touched.
// Plain JavaScript for Node 20, without dependencies: it is what runs before there are any.
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { constants } from "node:os";
import { delimiter, dirname, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { withLock } from "./setup-lock.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const modules = join(root, "node_modules");
const stampPath = join(modules, ".slipway-setup");
const minimumNode = [22, 18];
const windows = process.platform === "win32";

/** Ends the set-up with what went wrong and the way out. */
class SetupError extends Error {
  constructor(message, fix) {
    super(message);
    this.fix = fix;
  }
}

// ---- dependencies

function readJson(path) {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    return null;
  }
}

function lockFingerprint() {
  return createHash("sha256")
    .update(readFileSync(join(root, "package-lock.json")))
    .digest("hex");
}

/** Does node_modules hold exactly what package-lock.json names? npm notes at its end what it installed. */
function installedMatchesLock() {
  const wanted = readJson(join(root, "package-lock.json"))?.packages;
  const installed = readJson(join(modules, ".package-lock.json"))?.packages;
  if (!wanted || !installed) return false;
  const same = (path) => wanted[path]?.version === installed[path].version;
  const present = (path) => path === "" || wanted[path].optional || wanted[path].peer || path in installed;
  return Object.keys(installed).every(same) && Object.keys(wanted).every(present);
}

function dependenciesInPlace() {
  return existsSync(stampPath) && readFileSync(stampPath, "utf8") === lockFingerprint();
}

/** Runs the npm that started us, or the one on the path, under the Node that belongs to it. */
function npm(args) {
  const outside = (process.env.PATH ?? "").split(delimiter).filter((folder) => !resolve(folder).startsWith(modules));
  const env = { ...process.env, PATH: outside.join(delimiter) };
  const options = { cwd: root, env, stdio: ["ignore", 2, 2] };
  const { npm_execpath: script, npm_node_execpath: node } = process.env;
  const result =
    script?.endsWith(".js") && node && !resolve(node).startsWith(modules)
      ? spawnSync(node, [script, ...args], options)
      : spawnSync(windows ? "npm.cmd" : "npm", args, { ...options, shell: windows });
  if (result.error)
    throw new SetupError(`npm could not be started: ${result.error.message}`, "Install npm, then repeat.");
  if (result.signal) process.kill(process.pid, result.signal);
  return result.status === 0;
}

function installDependencies() {
  if (dependenciesInPlace()) return;
  if (!installedMatchesLock()) {
    say("installing dependencies (npm ci)");
    if (!npm(["ci", "--no-audit", "--no-fund", "--loglevel=error"]))
      throw new SetupError(
        "npm ci failed; its own message stands above.",
        "Check that the package registry can be reached, then repeat. To see all of it: npm ci --loglevel=verbose",
      );
  }
  writeFileSync(stampPath, lockFingerprint());
}

// ---- Node

function runsTypeScript(version) {
  const [major, minor] = version.replace(/^v/, "").split(".").map(Number);
  return major > minimumNode[0] || (major === minimumNode[0] && minor >= minimumNode[1]);
}

/** Where the development dependency `node` has its binary. */
const pinnedNode = join(modules, "node", "bin", windows ? "node.exe" : "node");

function pinnedNodeRuns() {
  if (!existsSync(pinnedNode)) return false;
  const { status, stdout } = spawnSync(pinnedNode, ["--version"], { encoding: "utf8" });
  return status === 0 && runsTypeScript(stdout.trim());
}

/** The package that carries Node's binary for this machine, as the package `node` names them. */
function platformPackage() {
  const prefix = process.platform === "darwin" && process.arch === "arm64" ? "node-bin" : "node";
  return [prefix, windows ? "win" : process.platform, process.arch].join("-");
}

/**
 * The package `node` fetches its binary by an install script. Where scripts are switched off, or it failed, the same
 * binary comes from the platform package, which needs no script.
 */
function fetchNode() {
  const version = readJson(join(root, "package.json")).devDependencies.node;
  const name = platformPackage();
  const aside = join(modules, ".slipway-node");
  say(`fetching Node ${version} (${name})`);
  mkdirSync(aside, { recursive: true });
  writeFileSync(join(aside, "package.json"), '{ "private": true }\n');
  const flags = ["--no-save", "--no-package-lock", "--no-audit", "--no-fund", "--loglevel=error", "--prefix", aside];
  const source = join(aside, "node_modules", name, "bin", windows ? "node.exe" : "node");
  if (!npm(["install", ...flags, `${name}@${version}`]) || !existsSync(source))
    throw new SetupError(
      `This is Node ${process.version}; Slipway needs ${minimumNode.join(".")} or later, and Node ${version} could not be fetched (${name}).`,
      "Install Node 24 (https://nodejs.org), or allow install scripts, then repeat.",
    );
  mkdirSync(dirname(pinnedNode), { recursive: true });
  rmSync(pinnedNode, { force: true });
  try {
    linkSync(source, pinnedNode);
  } catch {
    copyFileSync(source, pinnedNode);
  }
  linkBinary();
}

/** npm scripts find node_modules/.bin first, so that is where the pinned Node must be. */
function linkBinary() {
  if (windows) return;
  const link = join(modules, ".bin", "node");
  mkdirSync(dirname(link), { recursive: true });
  rmSync(link, { force: true });
  symlinkSync(join("..", "node", "bin", "node"), link);
}

/** A Node that runs TypeScript: this one, or the pinned one. */
function findNode() {
  if (runsTypeScript(process.version) && existsSync(process.execPath)) return process.execPath;
  if (!pinnedNodeRuns()) fetchNode();
  if (!pinnedNodeRuns())
    throw new SetupError(
      `${pinnedNode} does not run on this machine.`,
      "Install Node 24 (https://nodejs.org), then repeat.",
    );
  return pinnedNode;
}

// ---- kernels

/** Recompiles them when their sources changed. */
async function compileKernels() {
  const { buildKernels } = await import("./build-kernels.mjs");
  await buildKernels();
}

// ---- studio

/** Builds it again when its sources changed; under the Node that was found, since Vite asks for a new one. */
async function buildStudio(node) {
  const script = join(root, "scripts", "build-studio.mjs");
  if (node === process.execPath) await (await import(pathToFileURL(script).href)).buildStudio();
  else if (spawnSync(node, [script], { stdio: ["ignore", 2, 2] }).status !== 0)
    throw new SetupError("The studio could not be built; why stands above.", "Repair what it names, then repeat.");
}

// ---- all of it

function say(text) {
  process.stderr.write(`set-up: ${text}\n`);
}

/** @returns {Promise<string>} the Node to go on with */
async function setUp() {
  const inPlace = dependenciesInPlace() && (runsTypeScript(process.version) || existsSync(pinnedNode));
  const prepare = () => {
    installDependencies();
    return findNode();
  };
  const node = inPlace ? findNode() : await withLock(join(root, "build", "setup.lock"), say, prepare);
  await compileKernels();
  await buildStudio(node);
  return node;
}

/** Runs the script in this process where it can, otherwise in one that lives and dies with this one. */
function run(node, script, args) {
  if (node === process.execPath) {
    process.argv = [node, script, ...args];
    return import(pathToFileURL(script).href);
  }
  const child = spawn(node, [script, ...args], { stdio: "inherit" });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  child.on("exit", (code, signal) => process.exit(signal ? 128 + constants.signals[signal] : code));
}

try {
  const node = await setUp();
  const [script, ...args] = process.argv.slice(2);
  if (script) await run(node, resolve(script), args);
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  process.stderr.write(`error: ${error.message}\n  fix: ${error.fix}\n`);
  process.exitCode = 1;
}
