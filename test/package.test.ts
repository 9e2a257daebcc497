/** What `npx slipway` users get: the packed package, installed into an empty folder, run from there. */
import { execFile } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, readFileSync, readdirSync } from "node:fs";
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
  }, 180_000);

  test("holds what runs, and nothing else", () => {
    const top = readdirSync(installed).filter((name) => name !== "node_modules");
    expect(top.toSorted()).toEqual(["CHANGELOG.md", "LICENSE", "README.md", "bin", "dist", "package.json"]);
    expect(existsSync(join(installed, "dist/kernels/build/kernels.wasm"))).toBe(true);
    const files = readdirSync(join(installed, "dist"), { recursive: true, encoding: "utf8" });
    const isType = (name: string): boolean => /^contract\/.*\.d\.ts$/.test(name);
    expect(files.filter((name) => /\.test\.|\.ts$/.test(name) && !isType(name))).toEqual([]);
  });

  test("says its version", async () => {
    const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };
    expect((await slipway("--version")).stdout).toBe(`${version}\n`);
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
  }, 120_000);
});
