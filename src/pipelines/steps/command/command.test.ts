import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findPrincipal } from "../../../access/index.ts";
import { findRunArtifacts } from "../../../tracking/index.ts";
import { openTestSteps, sha256Of, type TestSteps } from "./test-step.ts";

let steps: TestSteps;

beforeAll(async () => {
  steps = await openTestSteps();
});

afterAll(() => steps.close());

const node = "node";
/** What a program of Node does. */
const script = (text: string): string[] => [node, "-e", text];

const metacharacters = [
  "$(touch canary)",
  "`touch canary`",
  "; touch canary",
  "&& touch canary",
  "| touch canary",
  "> canary",
  "< /etc/passwd",
  "$HOME",
  "${HOME}",
  "~",
  "*",
  "?",
  "[a-z]",
  "{a,b}",
  "!!",
  "#comment",
  "'single'",
  '"double"',
  "back\\slash",
  "\\n",
  "new\nline",
  "tab\there",
  "  blanks  ",
  "",
  "-n",
  "--",
  "%s%n",
  "é漢😀",
  "$'\\x41'",
  "%PATH%",
  "\r",
  "$((1+1))",
  "a&b",
  "\u0001",
  "${{ parameters.x }}",
  "${{ inputs.unknown }}",
];

describe("what a program gets", () => {
  test("its arguments and variables are verbatim, whatever stands in them", async () => {
    const command = [
      ...script("console.log(JSON.stringify([process.argv.slice(1), process.env.X]))"),
      "--",
      ...metacharacters,
    ];
    const all = metacharacters.join("");
    const written = (text: string): string => text.replaceAll("${{", '${{ "${{" }}');
    const { log, error } = await steps.run({ command: command.map(written), env: { X: written(all) } });
    expect(error).toBeNull();
    expect(JSON.parse(log)).toEqual([metacharacters, all]);
  });

  test("its environment is its own, and nothing of the server's", async () => {
    process.env["SECRET_OF_THE_SERVER"] = "hidden";
    const { log } = await steps.run({ command: script("console.log(JSON.stringify(process.env))") });
    delete process.env["SECRET_OF_THE_SERVER"];
    const names = Object.keys(JSON.parse(log) as object).toSorted();
    // PWD and the like are made by the system's own shells.
    expect(names.filter((name) => !["PWD", "OLDPWD", "SHLVL", "_"].includes(name))).toEqual([
      "HOME",
      "LANG",
      "PATH",
      "PYTHONUNBUFFERED",
      "SLIPWAY_INPUTS",
      "SLIPWAY_OUTPUTS",
      "SLIPWAY_PIPELINE_RUN_ID",
      "SLIPWAY_RUN_ID",
      "SLIPWAY_STEP",
      "TMPDIR",
    ]);
  });

  test("its code is there, executable where it was, in folders", async () => {
    const code = await steps.addCode({
      "run.sh": "#!/bin/sh\ncat lib/text.txt; echo more > lib/new.txt",
      "lib/text.txt": "of the code\n",
    });
    const { log, error } = await steps.run({ command: ["./run.sh"] }, { code });
    expect(error).toBeNull();
    expect(log).toBe("of the code\n");
  });

  test("code that was changed after it was submitted is refused", async () => {
    const [file] = await steps.addCode({ "a.txt": `as submitted ${Math.random()}` });
    if (file === undefined) throw new Error("no code");
    const stored = (await steps.artifacts.localFile(file.sha256)) as string;
    writeFileSync(stored, readFileSync(stored, "utf8").replace("as", "AS"), { flag: "w" });
    const { error, result } = await steps.run({ command: ["cat", "a.txt"] }, { code: [file] });
    expect(result).toBeNull();
    expect(error?.code).toBe("SLW_ARTIFACT_CORRUPT");
  });

  test("code with a path that leads out of its folder is refused", async () => {
    const [file] = await steps.addCode({ "a.txt": "x" });
    if (file === undefined) throw new Error("no code");
    const { error } = await steps.run({ command: ["true"] }, { code: [{ ...file, path: "../../escaped" }] });
    expect(error?.code).toBe("SLW_STEP_CODE");
  });

  test("values are texts, files are files, and both can be named in arguments and variables", async () => {
    const { runId } = await steps.run({
      command: script(
        "fs.mkdirSync('out/deep', { recursive: true }); fs.writeFileSync('out/a', '1'); fs.writeFileSync('out/deep/b', '2')",
      ),
      outputs: { tree: { type: "folder", path: "out" } },
    });
    const ran = await steps.run(
      {
        command: [
          ...script(
            "console.log(process.argv[1], process.env.WHERE, fs.readdirSync(process.argv[2], { recursive: true }).sort().join(), JSON.parse(process.env.SLIPWAY_INPUTS).rate)",
          ),
          "${{ inputs.rate }}",
          "${{inputs.tree}}",
        ],
        inputs: { rate: "0.5", tree: "" },
        env: { WHERE: "<${{ inputs.rate }}>" },
      },
      {
        values: {
          "inputs.tree": { type: "folder", runId, path: "outputs/tree", sha256: "0" },
          "inputs.rate": { type: "value", value: 0.5 },
        },
      },
    );
    expect(ran.error).toBeNull();
    expect(ran.log).toBe("0.5 <0.5> a,deep,deep/b 0.5\n");
  });

  test("a token that is good for the run while it lasts, and never in the log", async () => {
    let found: unknown = null;
    const { log, error, runId } = await steps.run(
      {
        command: script(
          "console.log(process.env.MLFLOW_TRACKING_URI, process.env.MLFLOW_RUN_ID); console.log('x' + process.env.SLIPWAY_TOKEN + 'y'); fs.writeFileSync(JSON.parse(process.env.SLIPWAY_OUTPUTS).token, process.env.SLIPWAY_TOKEN); setTimeout(() => {}, 1500)",
        ),
        outputs: { token: { type: "value" } },
      },
      {
        services: { serverUrl: "http://127.0.0.1:1" },
        onLog: () => {
          const [name] = readdirSync(join(steps.stepsFolder, "work"));
          const token = readFileSync(join(steps.stepsFolder, "work", name as string, "outputs", "token"), "utf8");
          found = findPrincipal(steps.database, token);
        },
      },
    );
    expect(error).toBeNull();
    expect(log).toBe(`http://127.0.0.1:1/workspaces/test ${runId}\nx***y\n`);
    const principal = (await found) as { runId: string; isAdmin: boolean; roles: Map<string, string> };
    expect(principal).toMatchObject({ runId, isAdmin: false });
    expect([...principal.roles]).toEqual([[steps.workspaceId, "contributor"]]);
    expect(await steps.database.selectFrom("tokens").selectAll().where("run_id", "=", runId).execute()).toEqual([]);
  });
});

describe("how a program ends", () => {
  test("an exit code and its last line are the reason, and what it used is told", async () => {
    const { error, log } = await steps.run({
      command: script("console.log('one'); console.error('two'); process.exitCode = 3"),
    });
    expect(error).toMatchObject({ code: "SLW_STEP_COMMAND", message: '"node" ended with exit code 3: two' });
    expect(error?.details?.["usage"]).toMatchObject({ exitCode: 3, exitSignal: null });
    expect(log).toBe("one\ntwo\n");
  });

  test("a signal is told by its name", async () => {
    const { error } = await steps.run({ command: ["sh", "-c", "kill -SEGV $$"] });
    expect(error?.message).toContain('"sh" was ended by SIGSEGV');
  });

  test("CPU seconds and peak memory are those of all its processes", async () => {
    const burn =
      "const t = Date.now(); while (process.cpuUsage().user + process.cpuUsage().system < 600000); global.x = Buffer.alloc(200e6, 1); setTimeout(() => {}, 900)";
    const { result } = await steps.run({ command: ["sh", "-c", 'node -e "$1" & wait', "sh", burn] });
    expect(result?.usage?.cpuSeconds).toBeGreaterThan(0.55);
    expect(result?.usage?.peakMemory).toBeGreaterThan(200e6);
    expect(result?.usage?.exitCode).toBe(0);
  });

  test("what does not end in time is ended, with what it started", async () => {
    const { error } = await steps.run({ command: ["sh", "-c", "(setsid sleep 321.5 &) ; sleep 321.5"], timeout: 1 });
    expect(error).toMatchObject({ code: "SLW_STEP_TIMEOUT", message: '"sh" did not end within 1 s.' });
    expect(processesWith("321.5")).toEqual([]);
  });

  test("a cancelled run may say goodbye, and what it left in the background ends", async () => {
    const controller = new AbortController();
    const command = script(
      "require('child_process').spawn('sleep', ['654.5'], { detached: true, stdio: 'ignore' }).unref(); process.on('SIGTERM', () => { console.log('goodbye'); process.exit(0) }); console.log('ready'); setInterval(() => {}, 1000)",
    );
    const { error, log } = await steps.run({ command }, { signal: controller.signal, onLog: () => controller.abort() });
    expect(error?.message).toBe('"node" was cancelled.');
    expect(log).toBe("ready\ngoodbye\n");
    expect(processesWith("654.5")).toEqual([]);
  });

  test("more memory than the limit ends it", async () => {
    const { error } = await steps.run(
      { command: script("const all = []; setInterval(() => all.push(Buffer.alloc(20e6, 1)), 20)") },
      { memoryLimit: 200 * 2 ** 20 },
    );
    expect(error).toMatchObject({ code: "SLW_STEP_MEMORY" });
    expect(error?.message).toContain("out of memory: limit 200 MB");
  });

  test.each([
    ["no-such-program", "it is on the PATH of no folder"],
    ["./missing", "no such file in the step's code"],
    ["./plain.txt", "no executable file"],
    ["", "cannot be run"],
  ])("%j cannot be run, and the reason is told", async (program, reason) => {
    const code = await steps.addCode({ "plain.txt": "text" });
    const { error } = await steps.run({ command: [program] }, { code });
    expect(error?.code).toBe("SLW_STEP_COMMAND");
    expect(error?.message).toContain(reason);
  });

  test("nothing of it is left", async () => {
    await steps.run({ command: ["sh", "-c", "mkdir -p a/b && chmod 000 a"] });
    expect(readdirSync(join(steps.stepsFolder, "work"))).toEqual([]);
  });
});

function processesWith(argument: string): string[] {
  return readdirSync("/proc").filter((pid) => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0").includes(argument);
    } catch {
      return false;
    }
  });
}

describe("outputs", () => {
  const write = (path: string, text: string): string[] =>
    script(`fs.writeFileSync(${JSON.stringify(path)}, ${JSON.stringify(text)})`);

  test.each([
    ["0.25\n", 0.25],
    ["true", true],
    ["null", null],
    ['["a",1]', ["a", 1]],
    ["plain text\n", "plain text"],
    ['"quoted"', "quoted"],
    ["12345678901234567890", "12345678901234567890"],
    ["1e999", "1e999"],
    ['{"a":1}', '{"a":1}'],
    ["", ""],
  ])("a value is JSON or text: %j", async (text, value) => {
    const { result, error } = await steps.run({
      command: write("v", text),
      outputs: { v: { type: "value", path: "v" } },
    });
    expect(error).toBeNull();
    expect(result?.outputs).toEqual({ v: { type: "value", value } });
  });

  test("files and folders become artifacts of the run", async () => {
    const command = script(
      "fs.mkdirSync('d/e', { recursive: true }); fs.writeFileSync('d/e/f.txt', 'deep'); fs.writeFileSync('d/g.txt', 'g'); fs.writeFileSync(process.argv[1], 'one')",
    );
    const { result, runId, error } = await steps.run({
      command: [...command, "${{ outputs.file }}"],
      outputs: { file: { type: "file" }, folder: { type: "folder", path: "./d/" } },
    });
    expect(error).toBeNull();
    const tree = `${sha256Of("deep")}  e/f.txt\n${sha256Of("g")}  g.txt\n`;
    expect(result?.outputs).toEqual({
      file: { type: "file", runId, path: "outputs/file/file", sha256: sha256Of("one") },
      folder: { type: "folder", runId, path: "outputs/folder", sha256: sha256Of(tree) },
    });
    const kept = await findRunArtifacts(steps.database, { workspaceId: steps.workspaceId, runId, folder: "" });
    expect(kept.map(({ path }) => path)).toEqual([
      "outputs/file/file",
      "outputs/folder/e/f.txt",
      "outputs/folder/g.txt",
    ]);
  });

  test("a dataset gets a version by its content, and the next step reads it", async () => {
    const outputs = { table: { type: "dataset", name: "written", path: "t.csv" } } as const;
    const first = await steps.run({ command: write("t.csv", "a,b\n1,x\n2,y\n"), outputs });
    expect(first.error).toBeNull();
    expect(first.result?.outputs).toEqual({ table: { type: "dataset", dataset: "written", version: 1 } });
    const same = await steps.run({ command: write("t.csv", "a,b\n1,x\n2,y\n"), outputs });
    expect(same.result?.outputs).toEqual(first.result?.outputs);
    const read = await steps.run(
      { command: ["cat", "${{ inputs.data }}"], inputs: { data: "written@1" } },
      { values: { "inputs.data": { type: "dataset", dataset: "written", version: 1 } } },
    );
    expect(read.log).toBe("a,b\n1,x\n2,y\n");
  });

  test("what is no table, or no model, fails the step", async () => {
    const table = await steps.run({
      command: write("t.csv", "a,b\n1\n2,3,4\n"),
      outputs: { t: { type: "dataset", path: "t.csv" } },
    });
    expect(table.error?.code).toMatch(/^SLW_DATA_/);
    const model = await steps.run({ command: write("m", "no model"), outputs: { m: { type: "model", path: "m" } } });
    expect(model.error?.code).toMatch(/^SLW_(REGISTRY|MODEL)_/);
  });

  test.each([
    ["is missing", "true", "file", "there is nothing at outputs/o"],
    ["is a link", "ln -s /etc/passwd $O", "file", "symbolic link"],
    ["is a link to a value", "ln -s /etc/passwd $O", "value", "symbolic link"],
    ["has a link in it", "mkdir $O && ln -s /etc $O/etc && touch $O/a", "folder", "symbolic link"],
    ["is a pipe", "mkfifo $O", "file", "neither a file nor a folder"],
    ["has a pipe in it", "mkdir $O && mkfifo $O/p", "folder", "neither a file nor a folder"],
    ["has names that clash", "mkdir $O && touch $O/Model $O/model", "folder", "take for one name"],
    ["has a name with a line end", 'mkdir $O && touch "$O/a\nb"', "folder", "cannot be kept"],
    ["has a name that is no text", "mkdir $O && touch \"$O/$(printf '\\377')\"", "folder", "name"],
    ["has a backslash", "mkdir $O && touch '$O/../x' 2>/dev/null; touch \"$O/a\\\\b\"", "folder", "cannot be kept"],
    ["has 10,001 files", "mkdir $O && cd $O && seq 10001 | xargs touch", "folder", "more than 10000 files"],
    [
      "is too deep",
      "mkdir $O && cd $O && for i in $(seq 60); do mkdir d && cd d; done; touch x",
      "folder",
      "folders within one another",
    ],
    ["is empty", "mkdir $O", "folder", "empty folder"],
    ["is a folder", "mkdir $O", "file", "is a folder"],
    ["is a file", "touch $O", "folder", "should be a folder"],
    ["is too long for a value", "head -c 70000 /dev/zero > $O", "value", "65536"],
    ["is no text", "printf '\\377\\376' > $O", "value", "not text"],
  ] as const)("one that %s is refused", async (_, commands, type, reason) => {
    const { error, result } = await steps.run({
      command: ["sh", "-c", commands],
      env: { O: "${{ outputs.o }}" },
      outputs: { o: { type } },
    });
    expect(result).toBeNull();
    expect(error?.code).toBe("SLW_STEP_OUTPUT");
    expect(error?.message).toContain(reason);
    expect(error?.message).toContain('"o"');
  });

  test.each(["../../x", "/etc/passwd", "..", "a/../../x"])("a place out of the folder is refused: %s", async (path) => {
    const { error } = await steps.run({ command: ["true"], outputs: { o: { type: "file", path } } });
    expect(error?.code).toBe("SLW_STEP_OUTPUT");
  });

  test("a place behind a link is refused", async () => {
    const { error } = await steps.run({
      command: ["ln", "-s", "/etc", "e"],
      outputs: { o: { type: "file", path: "e/passwd" } },
    });
    expect(error?.message).toContain("symbolic link");
  });
});

test("a file is not larger than half of what is free, nor than an output may be", async () => {
  const { error, result } = await steps.run({ command: ["sh", "-c", "truncate -s 1T large || exit 7"] });
  expect(result).toBeNull();
  expect(error?.code).toBe("SLW_STEP_COMMAND");
});

test.runIf(process.geteuid?.() === 0 && process.platform === "linux")(
  "a step with a user of its own has a limit of processes, and leaves nothing where all may write",
  async () => {
    const marks = ["/tmp", "/var/tmp"].map((folder) => `${folder}/slipway-command-left-${process.pid}`);
    const { log, error } = await steps.run({
      command: [
        "sh",
        "-c",
        'mkdir "$1" && echo x > "$1/f" && echo y > "$2" && grep processes /proc/self/limits',
        "sh",
        ...marks,
      ],
    });
    expect(error).toBeNull();
    expect(log).toMatch(/^Max processes +4096 +4096/m);
    expect(marks.filter((path) => existsSync(path))).toEqual([]);
  },
);

test("what a dead worker left is removed at the next start, and nothing else", async () => {
  const other = join(steps.stepsFolder, "..", `slipway-command-sweep-${process.pid}`);
  mkdirSync(join(other, "work", "999999999.1.abcdef"), { recursive: true });
  mkdirSync(join(other, "work", "not ours"), { recursive: true });
  await steps.run({ command: ["true"] }, { services: { stepsFolder: other } });
  expect(readdirSync(join(other, "work"))).toEqual(["not ours"]);
  expect(existsSync(other)).toBe(true);
});
