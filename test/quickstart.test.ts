/** What `npm run quickstart` does after the set-up: every step real, on the table of the repository or on a user's. */
import { execFile } from "node:child_process";
import { copyFileSync, existsSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { root, temporaryFolder } from "./cli/run-cli.ts";

const folder = temporaryFolder();
const { INIT_CWD: _outer, ...env } = process.env;
const quickstart = (...args: string[]) =>
  promisify(execFile)(process.execPath, [join(root, "scripts/quickstart.mjs"), ...args], { cwd: folder, env });

test("goes from the file to a scored answer", async () => {
  const { stdout } = await quickstart("--time-limit", "6");
  const steps = ["$ slipway profile ", "$ slipway automl ", "Leaderboard", "$ slipway serve ", "$ curl "];
  const places = steps.map((step) => stdout.indexOf(step));
  expect(places).toEqual(places.toSorted((a, b) => a - b));
  expect(places[0]).toBeGreaterThanOrEqual(0);
  const answer = /^\{"result":.*\}$/m.exec(stdout)?.[0] ?? "";
  expect(JSON.parse(answer)).toEqual({ result: ["Adelie", "Gentoo"] });
  expect(existsSync(join(folder, "penguins.slipway"))).toBe(true);
});

test("does the same with a user's file", async () => {
  copyFileSync(join(root, "examples", "diabetes.csv"), join(folder, "my table.csv"));
  const { stdout } = await quickstart("my table.csv", "--target", "target", "--time-limit", "6");
  const { result } = JSON.parse(/^\{"result":.*\}$/m.exec(stdout)?.[0] ?? "") as { result: number[] };
  expect(result).toHaveLength(2);
  for (const value of result) expect(value).toBeGreaterThan(0);
});

test.each([
  ["a file without a target", ["a.csv"]],
  ["a target without a file", ["--target", "x"]],
])("says how it is called for %s", async (_name, args) => {
  await expect(quickstart(...args)).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringContaining("Usage: ") as string,
  });
});

test("ends with the reason of the command that failed", async () => {
  await expect(quickstart("absent.csv", "--target", "x")).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringContaining("error[SLW_DATA_NOT_FOUND]") as string,
  });
});
