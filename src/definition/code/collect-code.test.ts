import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, linkSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import type { PipelineDefinition } from "../types.ts";
import { collectCode } from "./collect-code.ts";

const top = mkdtempSync(join(tmpdir(), "slipway-code-"));
afterAll(() => rmSync(top, { recursive: true, force: true }));

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(top, "project-"));
});

function write(path: string, text = path): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

const definition = (code = "src"): PipelineDefinition => ({
  name: "a",
  steps: {
    train: { type: "command", command: ["python", "train.py"], code },
    other: { type: "command", command: ["python", "train.py"], code },
    none: { type: "command", command: ["true"] },
  },
});

const paths = async (code?: string): Promise<string[]> =>
  ((await collectCode(definition(code), folder))["train"] ?? []).map(({ path }) => path);

test("files come with their contents' hash, in order, for each step with code", async () => {
  write("src/train.py", "print(1)\n");
  write("src/lib/é b.py", "");
  chmodSync(join(folder, "src/train.py"), 0o755);
  const code = await collectCode(definition(), folder);
  expect(Object.keys(code)).toEqual(["train", "other"]);
  const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");
  expect(code["train"]).toEqual([
    {
      path: "lib/é b.py",
      absolutePath: join(folder, "src/lib/é b.py"),
      sha256: sha256(""),
      size: 0,
      executable: false,
    },
    {
      path: "train.py",
      absolutePath: join(folder, "src/train.py"),
      sha256: sha256("print(1)\n"),
      size: 9,
      executable: true,
    },
  ]);
});

describe("what is left out", () => {
  const all = [
    "a.py",
    "a.log",
    "deep/b.log",
    "deep/keep.log",
    "data/x.csv",
    ".git/config",
    ".venv/bin/python",
    "node_modules/a/index.js",
    "deep/__pycache__/a.pyc",
  ];
  test.each([
    ["by default", {}, ["a.log", "a.py", "data/x.csv", "deep/b.log", "deep/keep.log"]],
    ["by .gitignore", { ".gitignore": "*.log\n!keep.log\n/data/\n" }, [".gitignore", "a.py", "deep/keep.log"]],
    [
      "by .slipwayignore, in place of it",
      { ".gitignore": "*.py\n", ".slipwayignore": "# ours\ndeep\n.*ignore\n" },
      ["a.log", "a.py", "data/x.csv"],
    ],
  ])("%s", async (_name, files, expected) => {
    for (const path of all) write(`src/${path}`);
    for (const [path, text] of Object.entries(files)) write(`src/${path}`, text);
    expect(await paths()).toEqual(expected);
  });
});

describe("what is refused", () => {
  test.each<[string, () => void, RegExp]>([
    ["no folder", () => undefined, /there is no folder "src" beside/],
    ["a file for a folder", () => write("src"), /"src" is no folder/],
    ["an empty folder", () => mkdirSync(join(folder, "src")), /has no files/],
    [
      "a link out of it",
      () => (write("src/a"), symlinkSync("/etc/passwd", join(folder, "src/passwd"))),
      /the link passwd leads out/,
    ],
    [
      "a link to nothing",
      () => (write("src/a"), symlinkSync("absent", join(folder, "src/b"))),
      /the link b leads nowhere/,
    ],
    ["a link to a folder", () => (write("src/d/a"), symlinkSync("d", join(folder, "src/e"))), /e is no regular file/],
    ["a folder that is a link out", () => symlinkSync("/etc", join(folder, "src")), /leads out of the folder/],
    ["a backslash", () => write("src/a\\b"), /not every system takes/],
    ["a line end", () => write("src/a\nb"), /not every system takes/],
    ["a colon", () => write("src/a:b"), /not every system takes/],
    [
      "too many",
      () => (
        write("src/a"),
        Array.from({ length: 2001 }, (_, index) => linkSync(join(folder, "src/a"), join(folder, `src/${index}`)))
      ),
      /more than 2000 files/,
    ],
    ["too much", () => (write("src/big"), truncateSync(join(folder, "src/big"), 200_000_001)), /more than 200 MB/],
  ])("%s", async (_name, prepare, message) => {
    prepare();
    await expect(collectCode(definition(), folder)).rejects.toThrow(message);
  });

  test.skipIf(process.platform === "win32")("a pipe, without waiting for its writer", async () => {
    write("src/a");
    execFileSync("mkfifo", [join(folder, "src/pipe")]);
    await expect(collectCode(definition(), folder)).rejects.toThrow("pipe is no regular file");
  });
});

test("a link within the folder is the file that it leads to", async () => {
  write("src/a.py");
  symlinkSync("a.py", join(folder, "src/b.py"));
  expect(await paths()).toEqual(["a.py", "b.py"]);
});
