/** What `npx slipway` users get: the packed package, installed into an empty folder, run from there. */
import { execFile } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { beforeAll, describe, expect, test } from "vitest";
import { penguins, root, temporaryFolder } from "./cli/run-cli.ts";

const execute = promisify(execFile);
const folder = temporaryFolder();
const project = join(folder, "empty");
const installed = join(project, "node_modules", "slipway");

/** npm finds no settings of ours: neither the outer run's, nor its package. */
const env = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^npm_(?!config_(cache|registry|userconfig))/i.test(name)),
);

const slipway = (...args: string[]) =>
  execute(process.execPath, [join(project, "node_modules", ".bin", "slipway"), ...args], { cwd: project, env });

describe("the package", () => {
  beforeAll(async () => {
    mkdirSync(project);
    await execute("npm", ["pack", "--pack-destination", folder], { cwd: root, env });
    const tarball = readdirSync(folder).find((name) => name.endsWith(".tgz"));
    if (tarball === undefined) throw new Error("npm pack made no tarball");
    const quiet = ["--no-audit", "--no-fund", "--prefer-offline", "--ignore-scripts"];
    await execute("npm", ["install", ...quiet, join(folder, tarball)], { cwd: project, env });
    copyFileSync(penguins, join(project, "penguins.csv"));
  });

  test("holds what runs, and nothing else", () => {
    const top = readdirSync(installed).filter((name) => name !== "node_modules");
    expect(top.toSorted()).toEqual(["CHANGELOG.md", "LICENSE", "README.md", "bin", "dist", "package.json"]);
    expect(existsSync(join(installed, "dist/kernels/build/kernels.wasm"))).toBe(true);
    expect(readFileSync(join(installed, "dist/studio/index.html"), "utf8")).toContain("/assets/");
    const files = readdirSync(join(installed, "dist"), { recursive: true, encoding: "utf8" });
    const isType = (name: string): boolean =>
      /^(contract\/.*|definition\/(define-pipeline|outputs|types))\.d\.ts$/.test(name);
    expect(files.filter((name) => /\.test\.|\.ts$/.test(name) && !isType(name))).toEqual([]);
  });

  test("says its version", async () => {
    const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };
    expect((await slipway("--version")).stdout).toBe(`${version}\n`);
  });

  test("has a door for pipelines in TypeScript, which the compiler checks and Node runs", async () => {
    const steps = `{
      train: { type: "automl", data: "bank", options: { target: "y" } },
      keep: { type: "register", name: "bank", model: outputsOf("train", "automl").model, needs: ["train"] },
    }`;
    const module = (text: string): string =>
      `import { definePipeline, outputsOf } from "slipway/pipeline";\nexport default definePipeline({ name: "retrain", steps: ${text} });\n`;
    const wrong = [
      ["needs", steps.replace('["train"]', '["trian"]')],
      ["output", steps.replace(".model,", ".modle,")],
      ["field", steps.replace("options:", "optons:")],
      ["type", steps.replace('"automl", data', '"autml", data')],
    ] as const;
    writeFileSync(join(project, "right.ts"), module(steps));
    for (const [name, text] of wrong) writeFileSync(join(project, `${name}.ts`), module(text));
    writeFileSync(join(project, "package.json"), '{ "type": "module" }');
    const tsc = join(root, "node_modules", "typescript", "bin", "tsc");
    const options = ["--noEmit", "--strict", "--module", "nodenext", "--types", ""];
    const files = ["right", ...wrong.map(([name]) => name)].map((name) => `${name}.ts`);
    const checked = await execute(process.execPath, [tsc, ...options, ...files], { cwd: project, env }).catch(
      (error: unknown) => error as { readonly stdout: string },
    );
    const refused = new Set(checked.stdout.split("\n").flatMap((line) => /^(\w+)\.ts\(/.exec(line)?.[1] ?? []));
    expect([...refused].toSorted()).toEqual(["field", "needs", "output", "type"]);
    const script = 'console.log(JSON.stringify((await import("./right.ts")).default))';
    const { stdout } = await execute(process.execPath, ["--input-type=module", "-e", script], { cwd: project, env });
    expect(JSON.parse(stdout)).toEqual({
      name: "retrain",
      steps: {
        train: { type: "automl", data: "bank", options: { target: "y" } },
        keep: { type: "register", name: "bank", model: "${{ steps.train.outputs.model }}", needs: ["train"] },
      },
    });
  });

  test("profiles, trains and predicts", async () => {
    const profile = await slipway("profile", "penguins.csv");
    expect(profile.stdout).toContain("bill_length_mm");
    const args = [
      "automl",
      "penguins.csv",
      "--target",
      "species",
      "--max-trials",
      "2",
      "--validation",
      "holdout:0.2",
      "--out",
      "m.slipway",
      "--json",
    ];
    const { stdout } = await slipway(...args);
    expect(JSON.parse(stdout.trimEnd().split("\n").at(-1) ?? "")).toMatchObject({
      target: "species",
      modelPath: "m.slipway",
    });
    const predicted = await slipway("predict", "m.slipway", "penguins.csv");
    const [header, ...rows] = predicted.stdout.trimEnd().split("\n");
    expect(header).toBe("prediction,probability_Adelie,probability_Chinstrap,probability_Gentoo");
    expect(rows).toHaveLength(344);
  });
});
