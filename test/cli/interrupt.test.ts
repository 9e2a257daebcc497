/** Ctrl-C, termination and a closed pipe: the best model so far or none, and no process and no half file is left. */
import { once } from "node:events";
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readModel } from "../../src/model/index.ts";
import { finished, penguins, runCli, startCli, temporaryFolder } from "./run-cli.ts";

/** Longer than any test may take, so that only the signal can have ended the search. */
const automl = ["automl", penguins, "--target", "species", "--time-limit", "600", "--out", "m.slipway"];

/** Does any process of the group live? The command is the leader of its group; what it starts is in it too. */
function groupLives(leader: number): boolean {
  try {
    process.kill(-leader, 0);
    return true;
  } catch {
    return false;
  }
}

describe.each([
  ["SIGINT", 130],
  ["SIGTERM", 143],
] as const)("%s", (signal, code) => {
  // Before the handlers stand the signal itself ends the process; later the command does, by its exit code.
  test.each([0, 30, 60, 90, 120, 200, 300, 450, 700, 1000, 1500])("after %d ms", async (milliseconds) => {
    const folder = temporaryFolder();
    const child = startCli(automl, { cwd: folder, detached: true });
    const end = finished(child);
    await new Promise((resolve) => setTimeout(resolve, milliseconds));
    child.kill(signal);
    const result = await end;
    expect(result.code ?? child.signalCode).toBeOneOf([code, signal]);
    expect(result.stderr).not.toContain("error[");
    expect(groupLives(child.pid ?? 0)).toBe(false);
    // As soon as there is a model, it is saved.
    if (result.stdout.includes("Saved")) await readModel(join(folder, "m.slipway"));
    else expect(readdirSync(folder)).toEqual([]);
  });

  test("after the first model: the best so far is saved and said", async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "m.slipway"), "what was there");
    const child = startCli([...automl, "--json"], { cwd: folder, detached: true });
    const end = finished(child);
    child.stderr?.on("data", (text: string) => {
      if (/^ +\d+ {2}.*\d\.\d+$/m.test(text)) child.kill(signal);
    });
    const { code: exitCode, stdout, stderr } = await end;
    expect(exitCode).toBe(code);
    expect(groupLives(child.pid ?? 0)).toBe(false);
    expect(readdirSync(folder)).toEqual(["m.slipway"]);
    const { name, sha256 } = await readModel(join(folder, "m.slipway"));
    expect(JSON.parse(stdout)).toMatchObject({ best: { name }, sha256, interrupted: true });
    expect(stderr).toMatch(/Interrupted: saving the best model so far/);
    expect(stderr).not.toContain("error[");
  });

  test("a second time: at once, and what was there stays", async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "m.slipway"), "what was there");
    const child = startCli(automl, { cwd: folder, detached: true });
    const end = finished(child);
    child.stdout?.on("data", (text: string) => {
      // Twice in one turn of the event loop would be one signal.
      if (/best so far/.test(text)) child.kill(signal);
      if (/Interrupted: saving/.test(text)) child.kill(signal);
    });
    const { code: exitCode } = await end;
    expect(exitCode).toBe(code);
    expect(groupLives(child.pid ?? 0)).toBe(false);
    expect(readdirSync(folder)).toEqual(["m.slipway"]);
  });
});

test("Ctrl-C ends an endpoint", async () => {
  const folder = temporaryFolder();
  const args = [
    "automl",
    penguins,
    "--target",
    "species",
    "--max-trials",
    "1",
    "--allowed",
    "LogisticRegression",
    "--quiet",
  ];
  expect(await runCli([...args, "--out", "m.slipway"], { cwd: folder })).toEqual({ stdout: "", stderr: "", code: 0 });
  const child = startCli(["serve", "m.slipway", "--port", "0"], { cwd: folder, detached: true });
  const end = finished(child);
  child.stdout?.on("data", (text: string) => {
    if (text.includes("Ctrl-C")) child.kill("SIGINT");
  });
  const { code, stdout } = await end;
  expect(code).toBe(130);
  expect(stdout).toMatch(/^Key: +[\w-]{43}$/m);
  expect(groupLives(child.pid ?? 0)).toBe(false);
});

test("a reader that goes away ends the command without a word", async () => {
  const folder = temporaryFolder();
  const args = [
    "automl",
    penguins,
    "--target",
    "species",
    "--max-trials",
    "1",
    "--allowed",
    "LogisticRegression",
    "--quiet",
  ];
  await runCli([...args, "--out", "m.slipway"], { cwd: folder });
  // More rows than a pipe holds, so that the command still writes when its reader is gone.
  const row = "Adelie,Torgersen,39.1,18.7,181,3750,MALE\n";
  const header = "species,island,bill_length_mm,bill_depth_mm,flipper_length_mm,body_mass_g,sex\n";
  writeFileSync(join(folder, "rows.csv"), header + row.repeat(50_000));
  const child = startCli(["predict", "m.slipway", "rows.csv", "--quiet"], { cwd: folder, detached: true });
  const end = finished(child);
  if (child.stdout) await once(child.stdout, "data");
  child.stdout?.destroy();
  const { code, stderr } = await end;
  expect({ code, stderr }).toEqual({ code: 141, stderr: "" });
  expect(groupLives(child.pid ?? 0)).toBe(false);
});
