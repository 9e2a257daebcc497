// Makes dist/, or the folder that is named, what the published package runs: JavaScript of src, the compiled kernels and
// the studio beside it.
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { buildStudio } from "./build-studio.mjs";
import { bundle } from "./bundle.mjs";
import { environment, root } from "./check.mjs";

const dist = resolve(process.argv[2] ?? join(root, "dist"));
rmSync(dist, { recursive: true, force: true });
const { status } = spawnSync("tsc", ["-p", "tsconfig.build.json", "--outDir", dist], {
  cwd: root,
  env: environment,
  stdio: ["ignore", 2, 2],
});
if (status !== 0) {
  process.exitCode = 1;
} else {
  const compiled = join(root, "src/kernels/build");
  const target = join(dist, "kernels/build");
  mkdirSync(target, { recursive: true });
  for (const name of readdirSync(compiled).filter((file) => file.endsWith(".wasm")))
    copyFileSync(join(compiled, name), join(target, name));
  const python = "serving/backends/python";
  mkdirSync(join(dist, python), { recursive: true });
  copyFileSync(join(root, "src", python, "serve_mlflow.py"), join(dist, python, "serve_mlflow.py"));
  await bundle(dist);
  // Afterwards: the bundler takes every script in dist for one of ours.
  copySwaggerUi();
  await buildStudio({ out: join(dist, "studio") });
}

/** Copied, not depended upon: the package has an install script that reports to its makers. */
function copySwaggerUi() {
  const target = join(dist, "http/swagger-ui");
  mkdirSync(target, { recursive: true });
  for (const name of ["swagger-ui.css", "swagger-ui-bundle.js", "favicon-32x32.png", "LICENSE", "NOTICE"])
    copyFileSync(join(root, "node_modules/swagger-ui-dist", name), join(target, name));
}
