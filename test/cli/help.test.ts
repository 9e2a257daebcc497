import { describe, expect, test } from "vitest";
import { runCli } from "./run-cli.ts";

const commands = ["profile", "automl", "automl verify", "predict", "serve"];

test.each([[[]], [["--help"]], [["-h"]], [["help"]]])("slipway %j lists all commands and exit codes", async (args) => {
  const { stdout, stderr, code } = await runCli(args);
  expect({ stderr, code }).toEqual({ stderr: "", code: 0 });
  for (const name of commands) expect(stdout).toMatch(new RegExp(`^  ${name} +\\S`, "m"));
  for (const exitCode of [0, 1, 2, 130, 143]) expect(stdout).toMatch(new RegExp(`^  ${exitCode} +\\S`, "m"));
});

describe.each(commands)("slipway %s --help", (name) => {
  test("says how it is used, in sentences, with one example", async () => {
    const { stdout, stderr, code } = await runCli([...name.split(" "), "--help"]);
    expect({ stderr, code }).toEqual({ stderr: "", code: 0 });
    expect(stdout).toContain(`Usage: slipway ${name} `);
    expect(stdout.match(/^Example:\n {2}slipway .+$/gm)).toHaveLength(1);
    expect(stdout.split("\n")[0]).toMatch(/^[A-Z].*\.$/);
    expect(Math.max(...stdout.split("\n").map((line) => line.length))).toBeLessThanOrEqual(100);
  });

  test("is the same by slipway help", async () => {
    const [long, short, help] = await Promise.all(
      [
        [...name.split(" "), "--help"],
        [...name.split(" "), "-h"],
        ["help", ...name.split(" ")],
      ].map((args) => runCli(args)),
    );
    expect(short).toEqual(long);
    expect(help).toEqual(long);
  });
});

test("the options of automl stand in groups", async () => {
  const { stdout } = await runCli(["automl", "--help"]);
  expect(stdout.match(/^[A-Z]\w+:$/gm)).toEqual([
    "Task:",
    "Limits:",
    "Validation:",
    "Models:",
    "Data:",
    "Output:",
    "Server:",
    "Options:",
    "Example:",
  ]);
});

test("help has no colours on a pipe", async () => {
  const { stdout } = await runCli(["--help"]);
  expect(stdout).not.toContain("\u001b");
});

test("--version prints the version of package.json", async () => {
  const { stdout, code } = await runCli(["--version"]);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
});
