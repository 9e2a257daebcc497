/** What a hostile step tries. As root each has a user of its own; elsewhere the namespaces are tried, where they are. */
import { spawnSync } from "node:child_process";
import { chmodSync, chownSync, mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openTestSteps, type TestSteps } from "./test-step.ts";

const asRoot = process.getuid?.() === 0 && process.platform === "linux";

describe.skipIf(!asRoot)(`a step as a user of its own${asRoot ? "" : " (skipped: needs root on Linux)"}`, () => {
  let steps: TestSteps;
  let files: Record<string, string>;

  beforeAll(async () => {
    steps = await openTestSteps();
    files = {
      secret: join(steps.dataFolder, "secret.key"),
      database: join(steps.dataFolder, "postgres", "password"),
      environ: `/proc/${process.pid}/environ`,
      memory: `/proc/${process.pid}/mem`,
      root: `/proc/${process.pid}/root/etc/passwd`,
      descriptor: `/proc/${process.pid}/fd/0`,
      first: "/proc/1/environ",
      shadow: "/etc/shadow",
      other: join(steps.stepsFolder, "work", "1.1.aa", "code", "data.csv"),
    };
    mkdirSync(join(steps.dataFolder, "postgres"));
    for (const file of ["secret", "database"]) writeFileSync(files[file] as string, "secret", { mode: 0o644 });
    await steps.run({ command: ["true"] });
    // As another worker's step has it, whose user is another one.
    const other = join(steps.stepsFolder, "work", "1.1.aa");
    mkdirSync(join(other, "code"), { recursive: true });
    writeFileSync(files["other"] as string, "secret", { mode: 0o644 });
    chmodSync(other, 0o700);
    chownSync(other, 60_599, 60_599);
  });

  afterAll(() => steps.close());

  /** @returns by name: "EACCES" and the like, or what was answered */
  async function attempt(script: string): Promise<Record<string, string>> {
    const body = `
      const fs = require("fs"), tried = {};
      const attempt = (name, work) => { try { tried[name] = "got " + String(work()).slice(0, 50); } catch (e) { tried[name] = e.code ?? e.message; } };
      ${script}
      console.log(JSON.stringify(tried));`;
    const { log, error } = await steps.run({ command: ["node", "-e", body], env: { FILES: JSON.stringify(files) } });
    expect(error).toBeNull();
    return JSON.parse(log) as Record<string, string>;
  }

  const denied = expect.stringMatching(/^(EACCES|EPERM|ENOENT|ESRCH)$/) as string;

  test("reads no file of the server, of its database, its processes or another step", async () => {
    const tried = await attempt(
      "for (const [name, file] of Object.entries(JSON.parse(process.env.FILES))) attempt(name, () => fs.readFileSync(file))",
    );
    expect(tried).toEqual(Object.fromEntries(Object.keys(files).map((name) => [name, denied])));
  });

  test("the same files are there for the server", () => {
    const script = "JSON.parse(process.argv[1]).forEach((file) => require('fs').accessSync(file))";
    const there = ["secret", "database", "environ", "other", "shadow"].map((name) => files[name]);
    expect(spawnSync(process.execPath, ["-e", script, JSON.stringify(there)]).status).toBe(0);
  });

  test("lists no folder with names of others, and writes nowhere but in its own", async () => {
    const tried = await attempt(`
      const { dataFolder, stepsFolder, checkout } = ${JSON.stringify({ dataFolder: steps.dataFolder, stepsFolder: steps.stepsFolder, checkout: process.cwd() })};
      for (const folder of [dataFolder, stepsFolder, stepsFolder + "/work", stepsFolder + "/users"]) attempt("list " + folder, () => fs.readdirSync(folder));
      for (const folder of [dataFolder, stepsFolder, stepsFolder + "/work", stepsFolder + "/python", stepsFolder + "/view", checkout, checkout + "/node_modules", "/etc", "/usr/bin"]) attempt("write " + folder, () => fs.writeFileSync(folder + "/canary", ""));
      attempt("input", () => fs.writeFileSync(process.env.HOME + "/inputs/canary", ""));
    `);
    expect(Object.values(tried)).toEqual(Object.values(tried).map(() => denied));
    expect(Object.keys(tried)).toHaveLength(14);
  });

  test("touches no process of the server, and has no right to become anybody else", async () => {
    const tried = await attempt(`
      attempt("kill", () => process.kill(${process.pid}, 9));
      attempt("stop", () => process.kill(process.ppid, "SIGSTOP"));
      attempt("become", () => process.setuid(0));
      attempt("group", () => process.setgroups([0]));
      const status = fs.readFileSync("/proc/self/status", "utf8");
      for (const name of ["NoNewPrivs", "Groups", "CapEff", "CapPrm"]) tried[name] = new RegExp("^" + name + ":(.*)$", "m").exec(status)[1].trim();
      tried.uid = String(process.getuid()); tried.euid = String(process.geteuid());
    `);
    const { uid } = tried;
    expect(Number(uid)).toBeGreaterThanOrEqual(60_600);
    expect(tried).toEqual({
      kill: "EPERM",
      stop: "EPERM",
      become: "EPERM",
      group: "EPERM",
      NoNewPrivs: "1",
      Groups: "",
      CapEff: "0000000000000000",
      CapPrm: "0000000000000000",
      uid,
      euid: uid,
    });
  });

  test("a set-user-id program gives it nothing", async () => {
    const { log } = await steps.run({
      command: ["sh", "-c", "mount -t tmpfs none . 2>&1; su -c id root </dev/null 2>&1; id -u"],
    });
    expect(log).not.toContain("uid=0");
    expect(log.trim().split("\n").at(-1)).toMatch(/^60\d\d\d$|^61\d\d\d$/);
  });

  test("a library that it has loaded before its program does not run as the server", async () => {
    // Were the variable in force for the programs that confine it, they would say that they cannot load it.
    const { log, error } = await steps.run({
      command: ["sh", "-c", "echo $LD_PRELOAD"],
      env: { LD_PRELOAD: "/no/such.so" },
    });
    expect(error).toBeNull();
    expect(log).toContain("/no/such.so");
    expect(log).not.toContain("setpriv");
  });

  test("a second name for a file of the server is no output of its own", async () => {
    const { error } = await steps.run({
      command: ["sh", "-c", 'cp -a /etc/hostname o; ln /etc/passwd "$O" || ln -s /etc/passwd "$O"'],
      env: { O: "${{ outputs.o }}" },
      outputs: { o: { type: "file" } },
    });
    expect(error?.code).toBe("SLW_STEP_OUTPUT");
  });

  test("what it leaves behind cannot outlive it, wherever it hides", async () => {
    const script = `
      const { spawn } = require("child_process");
      for (let i = 0; i < 20; i++) spawn("setsid", ["sh", "-c", "trap '' TERM HUP; unset HOME; while :; do sleep 77.25 & wait; done"], { detached: true, stdio: "ignore", env: { PATH: process.env.PATH } }).unref();
      setTimeout(() => {}, 300);`;
    await steps.run({ command: ["node", "-e", script] });
    const { stdout } = spawnSync(
      "sh",
      ["-c", "cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\\0' ' ' | grep -c 'sleep 77[.]25'"],
      {
        encoding: "utf8",
      },
    );
    expect(stdout.trim()).toBe("0");
  });

  test("a server of its own is gone with it", async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", () => resolve()));
    const { port } = server.address() as { port: number };
    await new Promise((resolve) => server.close(resolve));
    await steps.run({
      command: [
        "node",
        "-e",
        `require("child_process").spawn(process.execPath, ["-e", "require('http').createServer().listen(${port})"], { detached: true, stdio: "ignore" }).unref(); setTimeout(() => {}, 500)`,
      ],
    });
    await expect(fetch(`http://127.0.0.1:${port}`)).rejects.toThrow("fetch failed");
  });
});
