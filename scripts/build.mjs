// Makes dist/, what the published package runs: JavaScript of src, the compiled kernels beside it.
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { environment, root } from "./check.mjs";

rmSync(join(root, "dist"), { recursive: true, force: true });
const { status } = spawnSync("tsc", ["-p", "tsconfig.build.json"], {
  cwd: root,
  env: environment,
  stdio: ["ignore", 2, 2],
});
if (status !== 0) {
  process.exitCode = 1;
} else {
  const compiled = join(root, "src/kernels/build");
  const target = join(root, "dist/kernels/build");
  mkdirSync(target, { recursive: true });
  for (const name of readdirSync(compiled).filter((file) => file.endsWith(".wasm")))
    copyFileSync(join(compiled, name), join(target, name));
}
