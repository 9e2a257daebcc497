/** The supervisor against real kills: of the process that started PostgreSQL, of PostgreSQL, of both. */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { siblingModule } from "../../base/index.ts";
import { withConnection } from "./address.ts";
import { existingCluster, type Identity } from "./location.ts";
import { runningPid } from "./pid-file.ts";
import { isPostgresOn, isRunning } from "./process.ts";
import { rootFolder } from "./programs.ts";
import { removePostgres } from "./server.ts";
import type { ParentReport } from "./test-parent-process.ts";

const isRoot = process.getuid?.() === 0;
/** Root starts PostgreSQL as nobody, in a place of its own; a user starts it as it stands. Root can try both. */
const identities: [string, Identity | null][] = isRoot
  ? [
      ["as root", null],
      // One of those in /etc/passwd: initdb asks for its name.
      ["as a user", { uid: 65534, gid: 65534 }],
    ]
  : [["as a user", null]];

interface Parent {
  readonly report: ParentReport;
  readonly process: ChildProcess;
  /** Lets it end in order. */
  end(): Promise<void>;
  /** kill -9 */
  kill(): Promise<void>;
}

describe.each(identities)("the database of a data folder, %s", (_name, identity) => {
  let home = "";
  /** Of most tests, since making a database takes the longest. */
  let shared = "";
  let folder = "";
  let parents: Parent[] = [];
  let ends: (() => void)[] = [];

  beforeAll(() => {
    home = mkdtempSync(join(tmpdir(), "slipway-postgres-"));
    chmodSync(home, 0o755);
    shared = useFolder("data");
  });
  beforeEach(() => {
    folder = shared;
    round++;
  });

  afterEach(async () => {
    for (const end of ends) end();
    ends = [];
    for (const parent of parents) if (isRunning(parent.process.pid ?? 0)) await parent.kill();
    parents = [];
    if (folder === shared) await stopServer(folder);
    else await removePostgres(folder);
  });
  afterAll(async () => {
    await removePostgres(shared);
    rmSync(home, { recursive: true, force: true });
  });

  /** Makes a data folder without a database, for what comes. */
  function useFolder(name: string): string {
    folder = join(home, name);
    mkdirSync(folder, { mode: 0o700 });
    if (identity !== null) chownSync(folder, identity.uid, identity.gid);
    return folder;
  }

  async function start(...more: string[]): Promise<Parent> {
    const script = siblingModule(import.meta.url, "test-parent-process").pathname;
    const child = spawn(process.execPath, [script, folder, ...more], {
      ...identity,
      stdio: ["pipe", "pipe", "inherit"],
    });
    const exit = once(child, "exit");
    const [line] = (await once(createInterface(child.stdout), "line")) as [string];
    const parent: Parent = {
      report: JSON.parse(line) as ParentReport,
      process: child,
      async end() {
        child.stdin.end();
        await exit;
      },
      async kill() {
        child.kill("SIGKILL");
        await exit;
      },
    };
    parents.push(parent);
    return parent;
  }

  test("is made at the first start, and is there at the second", async () => {
    const first = await start();
    expect(first.report.adopted).toBe(false);
    await remember(first, 1);
    await first.end();
    expect(postmaster(first)).toBeNull();

    const second = await start();
    expect(second.report).toEqual(first.report);
    expect(await remembered(second)).toEqual([1]);
  });

  test("is durable, small, in UTF-8 and of no superuser", async () => {
    const { report } = await start();
    const facts = await withConnection(report.url, async (client) => {
      const names = [
        "fsync",
        "synchronous_commit",
        "full_page_writes",
        "server_encoding",
        "is_superuser",
        "listen_addresses",
      ];
      const columns = names.map((name) => `current_setting('${name}') AS ${name}`).join(", ");
      return (
        await client.query(`SELECT ${columns}, datlocprovider, datlocale FROM pg_database WHERE datname = 'slipway'`)
      ).rows;
    });
    expect(facts).toEqual([
      {
        fsync: "on",
        synchronous_commit: "on",
        full_page_writes: "on",
        server_encoding: "UTF8",
        is_superuser: "off",
        listen_addresses: "",
        datlocprovider: "b",
        datlocale: "C.UTF-8",
      },
    ]);
    const cluster = clusterFolder(folder) as string;
    expect(statSync(cluster).mode & 0o777).toBe(0o700);
    expect(statSync(join(cluster, "password")).mode & 0o777).toBe(0o600);
  });

  test("refuses a wrong password", async () => {
    const { report } = await start();
    const wrong = report.url.replace(/:[0-9a-f]{48}@/, ":wrong@");
    expect(wrong).not.toBe(report.url);
    await expect(withConnection(wrong, () => Promise.resolve())).rejects.toMatchObject({ code: "28P01" });
  });

  test("outlives a kill of the process that started it, and is taken over", async () => {
    const first = await start();
    await remember(first, 1);
    const pid = postmaster(first);
    await first.kill();
    expect(postmaster(first)).toBe(pid);

    const second = await start();
    expect(second.report).toEqual({ ...first.report, adopted: true });
    expect(postmaster(second)).toBe(pid);
    expect(await remembered(second)).toEqual([1]);
    await second.end();
    expect(postmaster(second)).toBeNull();
  });

  test("is started again when PostgreSQL is killed, at the same address", async () => {
    const parent = await start();
    await remember(parent, 1);
    const killed = killPostmaster(parent);
    expect(await rememberedAgain(parent)).toEqual([1]);
    expect(postmaster(parent)).not.toBe(killed);
  });

  test("is started again when PostgreSQL is killed after it was taken over", async () => {
    await (await start()).kill();
    const parent = await start();
    await remember(parent, 1);
    killPostmaster(parent);
    expect(await rememberedAgain(parent)).toEqual([1]);
  });

  test("comes back when both were killed, with every acknowledged row", async () => {
    for (let id = 1; id <= 3; id++) {
      const parent = await start();
      expect(parent.report.adopted).toBe(false);
      await remember(parent, id);
      await Promise.all([parent.kill(), killPostmaster(parent)]);
    }
    expect(await remembered(await start())).toEqual([1, 2, 3]);
  });

  test.each([
    ["a living process", () => Promise.resolve({ pid: process.pid, end: () => {} })],
    ["a dead one that nobody waits for", zombie],
  ])("starts beside lock files that name %s", async (_which, makeProcess) => {
    const first = await start();
    await first.end();
    const { pid, end } = await makeProcess();
    ends.push(end);
    const sockets = socketFolderOf(first.report.url);
    const lines = [pid, first.report.data, 1_700_000_000, 5432, sockets, "", "", "ready   "];
    writeFileSync(join(first.report.data, "postmaster.pid"), lines.join("\n"));
    writeFileSync(join(sockets, ".s.PGSQL.5432.lock"), lines.join("\n"));

    const second = await start();
    expect(second.report).toEqual(first.report);
    expect(postmaster(second)).not.toBe(pid);
  });

  test("is one, though four processes make it at once; one of them owns it", async () => {
    useFolder("at once");
    const all = await Promise.all([1, 2, 3, 4].map((port) => start(`http://127.0.0.1:${port}`)));
    expect(new Set(all.map(({ report }) => report.url)).size).toBe(1);
    expect(all.filter(({ report }) => !report.adopted)).toHaveLength(1);
    const owners = all.filter(({ report }) => report.code === undefined);
    expect(owners).toHaveLength(1);
    const [owner] = owners as [Parent];
    // Those that were refused leave the server to its owner, also the one that started it.
    await Promise.all(all.filter((parent) => parent !== owner).map((parent) => parent.end()));
    await remember(owner, 1);
    await owner.end();
    expect(postmaster(owner)).toBeNull();
  });

  test("is refused to a second owner, who is told of the first; taken over after a kill", async () => {
    const first = await start("http://127.0.0.1:8123");
    const second = await start("http://127.0.0.1:8124");
    expect(second.report.code).toBe("SLW_STORE_OWNED");
    expect(second.report.message).toContain(`process ${first.process.pid} on `);
    expect(second.report.message).toContain("at http://127.0.0.1:8123");
    await first.kill();
    const third = await start("http://127.0.0.1:8125");
    expect(third.report).toMatchObject({ adopted: true });
    expect(third.report.code).toBeUndefined();
  });

  test("works where the path is long and not plain", async () => {
    useFolder(`${"long ".repeat(30)}päth & 'quotes'`);
    const parent = await start();
    await remember(parent, 1);
    await parent.kill();
    const again = await start();
    expect(again.report).toEqual({ ...parent.report, adopted: true });
    expect(await remembered(again)).toEqual([1]);
  });

  test("begins anew when the data folder was removed, and leaves no server of the old one", async () => {
    useFolder("removed");
    const first = await start();
    await remember(first, 1);
    const pid = postmaster(first) as number;
    await first.kill();
    const former = clusterFolder(folder) as string;
    rmSync(folder, { recursive: true });
    useFolder("removed");
    const second = await start();
    expect(second.report.adopted).toBe(false);
    await expect(remembered(second)).rejects.toMatchObject({ code: "42P01" });
    // A server whose files went with the folder sees that within a minute.
    if (former === clusterFolder(folder)) process.kill(pid, "SIGKILL");
    await vi.waitUntil(() => !isRunning(pid));
    if (former !== clusterFolder(folder)) rmSync(former, { recursive: true, force: true });
  });

  test("is made whole though the first start was killed in the middle of it", async () => {
    useFolder("killed");
    const script = siblingModule(import.meta.url, "test-parent-process").pathname;
    const first = spawn(process.execPath, [script, folder], { ...identity, stdio: ["pipe", "ignore", "inherit"] });
    const unfinished = await untilUnfinished(isRoot && identity === null ? rootFolder : folder, first);
    expect(clusterFolder(folder)).toBeNull();
    first.kill("SIGKILL");
    await once(first, "exit");
    const parent = await start();
    await remember(parent, 1);
    expect(await remembered(parent)).toEqual([1]);
    expect(existsSync(unfinished)).toBe(false);
  });
});

/** Ends what a test leaves, without a trace of it but the files. */
async function stopServer(folder: string): Promise<void> {
  const cluster = existingCluster(folder);
  const pid = cluster === null ? null : runningPid(cluster);
  if (pid === null) return;
  process.kill(pid, "SIGINT");
  await vi.waitUntil(() => !isRunning(pid));
}

function clusterFolder(folder: string): string | null {
  return existingCluster(folder)?.folder ?? null;
}

/** Process id of the running server. */
function postmaster({ report }: Parent): number | null {
  const path = join(report.data, "postmaster.pid");
  if (!existsSync(path)) return null;
  const pid = Number.parseInt(readFileSync(path, "utf8"), 10);
  return isPostgresOn(pid, report.data) ? pid : null;
}

function killPostmaster(parent: Parent): number {
  const pid = postmaster(parent);
  if (pid === null) throw new Error("PostgreSQL does not run");
  process.kill(pid, "SIGKILL");
  return pid;
}

/** Each test has a table of its own. */
let round = 0;

async function remember({ report }: Parent, id: number): Promise<void> {
  await withConnection(report.url, async (client) => {
    await client.query(`CREATE TABLE IF NOT EXISTS remembered_${round} (id int PRIMARY KEY)`);
    await client.query(`INSERT INTO remembered_${round} VALUES ($1)`, [id]);
  });
}

async function remembered({ report }: Parent): Promise<number[]> {
  return withConnection(report.url, async (client) => {
    const { rows } = await client.query<{ id: number }>(`SELECT id FROM remembered_${round} ORDER BY id`);
    return rows.map(({ id }) => id);
  });
}

/** As a client does that finds the database away for a moment. */
async function rememberedAgain(parent: Parent): Promise<number[]> {
  for (;;) {
    try {
      return await remembered(parent);
    } catch {
      await new Promise(setImmediate);
    }
  }
}

/** A process that has ended and whose parent does not collect it. */
async function zombie(): Promise<{ pid: number; end: () => void }> {
  const parent = spawn("sh", ["-c", "true & echo $!; exec sleep 1000"], { stdio: ["ignore", "pipe", "inherit"] });
  const [line] = (await once(createInterface(parent.stdout), "line")) as [string];
  return { pid: Number(line), end: () => parent.kill("SIGKILL") };
}

function socketFolderOf(url: string): string {
  return decodeURIComponent(/@([^:]+):/.exec(url)?.[1] ?? "");
}

/** @returns the folder in which `maker` makes a cluster, once it is there */
async function untilUnfinished(parent: string, maker: ChildProcess): Promise<string> {
  for (;;) {
    const name = existsSync(parent)
      ? readdirSync(parent).find((name) => name.endsWith(`.new-${maker.pid}`))
      : undefined;
    // The copy of the programs ends in the same way.
    if (name !== undefined && !name.startsWith("postgresql-")) return join(parent, name);
    if (maker.exitCode !== null) throw new Error(`the process ended with ${maker.exitCode}`);
    await new Promise(setImmediate);
  }
}
