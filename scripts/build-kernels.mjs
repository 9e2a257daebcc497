// Compiles src/kernels/assembly (AssemblyScript) to src/kernels/build/kernels.wasm, unless it is up to date.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const sources = join(root, "src/kernels/assembly");
const output = join(root, "src/kernels/build");

/** Shared memory: one for all threads of a run, up to 4 GiB. */
const flags = [
  "-O3",
  "--converge",
  "--noAssert",
  "--runtime",
  "stub",
  "--importMemory",
  "--sharedMemory",
  "--initialMemory",
  "2",
  "--maximumMemory",
  "65536",
  "--enable",
  "simd,threads,bulk-memory",
];

function fingerprint() {
  const hash = createHash("sha256").update(flags.join(" "));
  hash.update(readFileSync(join(root, "node_modules/assemblyscript/package.json")));
  for (const name of readdirSync(sources)
    .filter((file) => file.endsWith(".ts"))
    .sort())
    hash.update(name).update(readFileSync(join(sources, name)));
  return hash.digest("hex");
}

/** @returns {Promise<boolean>} whether something was compiled */
export async function buildKernels() {
  const stamp = join(output, "kernels.stamp");
  const wanted = fingerprint();
  if (existsSync(stamp) && existsSync(join(output, "kernels.wasm")) && readFileSync(stamp, "utf8") === wanted)
    return false;
  const { default: asc } = await import("assemblyscript/asc");
  mkdirSync(output, { recursive: true });
  const temporary = join(output, `kernels.${process.pid}.wasm`);
  const arguments_ = [join(sources, "index.ts"), "--outFile", temporary, ...flags];
  const { error, stderr } = await asc.main(arguments_);
  if (error) throw new Error(`The kernels did not compile:\n${stderr.toString()}`);
  renameSync(temporary, join(output, "kernels.wasm"));
  writeFileSync(stamp, wanted);
  return true;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  console.log((await buildKernels()) ? "kernels compiled" : "kernels up to date");
}
