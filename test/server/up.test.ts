/** From nothing to a server and back, as a user meets it. */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import pg from "pg";
import { testDatabase } from "../../src/store/testing.ts";
import { penguins } from "../cli/run-cli.ts";
import { createHome, run, up, type Home, type RunningServer } from "./slipway-process.ts";

async function status(url: string): Promise<number> {
  return (await fetch(`${url}/api/v1/status`)).status;
}

/** One after the other, for it is the first start that takes the time. */
describe("a data folder", () => {
  let home: Home;
  let server: RunningServer;
  let token: string;
  beforeAll(async () => {
    home = createHome();
    server = await up(home);
    token = server.token as string;
  });
  afterAll(async () => {
    await server?.end("SIGTERM");
    await run(home, ["down"]);
    home.remove();
  });

  test("the first start shows a token once, logs in on this machine, and later starts keep what was made", async () => {
    expect(token).toMatch(/^slw_[\w-]{43}$/);
    expect(await status(server.url)).toBe(200);

    const created = await run(home, ["workspaces", "create", "prod", "--json"]);
    expect(created).toMatchObject({ code: 0, stderr: "" });
    expect(JSON.parse(created.stdout)).toMatchObject({ name: "prod", role: "admin" });

    const down = await run(home, ["down"]);
    expect(down).toMatchObject({ code: 0, stdout: `The server at ${server.url} has ended.\n` });
    await server.end("SIGTERM");
    expect((await run(home, ["status"])).code).toBe(1);

    server = await up(home);
    expect(server.token).toBeNull();
    const listed = await run(home, ["workspaces", "list"], { SLIPWAY_URL: server.url, SLIPWAY_TOKEN: token });
    expect(listed.stdout).toMatch(/^prod /m);
  });

  test("nothing in it is open to others, and no token is written in it", () => {
    const open: string[] = [];
    const visit = (folder: string): void => {
      for (const entry of readdirSync(folder, { withFileTypes: true })) {
        const path = join(folder, entry.name);
        if (entry.isDirectory()) visit(path);
        // Of a database at work files come and go.
        const found = statSync(path, { throwIfNoEntry: false });
        if (found === undefined) continue;
        if (!entry.isSymbolicLink() && (found.mode & 0o077) !== 0) open.push(path);
        if (entry.isFile() && readFileSync(path).includes(token)) open.push(`${path} holds the token`);
      }
    };
    visit(home.data);
    expect(open).toEqual([]);
  });

  test("a second server on it is refused and told who has it; the first goes on", async () => {
    const second = await run(home, ["up", "--port", "0"]);
    expect(second.code).toBe(2);
    expect(second.stderr).toContain("error[SLW_STORE_OWNED]");
    expect(second.stderr).toContain(`process ${server.child.pid}`);
    expect(second.stderr).toContain(server.url);
    expect(await status(server.url)).toBe(200);
  });

  test("a port that is taken is said, and nothing is left running", async () => {
    const other = createHome();
    const second = await run(other, ["up", "--port", new URL(server.url).port]);
    expect(second).toMatchObject({ code: 1, stderr: expect.stringContaining("the port is in use") as unknown });
    expect((await run(other, ["status"])).code).toBe(1);
    other.remove();
  });

  test("login keeps a token for later commands, logout forgets it", async () => {
    await run(home, ["logout"]);
    expect((await run(home, ["tokens", "list"])).code).toBe(2);
    const login = await run(home, ["login", server.url, "--token", token]);
    expect(login).toMatchObject({ code: 0, stdout: expect.stringContaining("workspace default (admin)") as unknown });
    expect((await run(home, ["tokens", "list"])).code).toBe(0);
    const wrong = await run(home, ["login", server.url, "--token", "slw_wrong"]);
    expect(wrong).toMatchObject({ code: 2, stderr: expect.stringContaining("SLW_HTTP_UNAUTHORIZED") as unknown });
  });

  test("kill -9 is survived: what was acknowledged is there, the database is taken over", async () => {
    for (let round = 0; round < 3; round++) {
      const env = { SLIPWAY_URL: server.url, SLIPWAY_TOKEN: token };
      expect((await run(home, ["workspaces", "create", `w${round}`], env)).code).toBe(0);
      await server.end("SIGKILL");
      server = await up(home);
    }
    const env = { SLIPWAY_URL: server.url, SLIPWAY_TOKEN: token };
    const { stdout } = await run(home, ["workspaces", "list", "--json"], env);
    const names = (JSON.parse(stdout) as { items: { name: string }[] }).items.map(({ name }) => name);
    expect(names.toSorted()).toEqual(["default", "prod", "w0", "w1", "w2"]);
  });
});

describe("without the folder's database", () => {
  let home: Home;
  let servers: RunningServer[];
  beforeEach(() => {
    home = createHome();
    servers = [];
  });
  afterEach(async () => {
    for (const server of servers) await server.end("SIGTERM");
    home.remove();
  });

  async function start(of: Home, env: NodeJS.ProcessEnv, args: readonly string[] = []): Promise<RunningServer> {
    const server = await up(of, env, args);
    servers.push(server);
    return server;
  }

  test("a database of one's own replaces the embedded one, for several servers at once", async () => {
    const { url: DATABASE_URL, drop } = await testDatabase({ empty: true });
    const otherHome = createHome();
    const [first, second] = await Promise.all([start(home, { DATABASE_URL }), start(otherHome, { DATABASE_URL })]);
    const tokens = [first.token, second.token].filter((token) => token !== null);
    expect(tokens).toHaveLength(1);
    const seen = await run(home, ["workspaces", "list"], {
      SLIPWAY_URL: second.url,
      SLIPWAY_TOKEN: tokens[0] as string,
    });
    expect(seen.stdout).toMatch(/^default /m);
    expect(existsSync(join(home.data, "postgres"))).toBe(false);
    expect(existsSync(join(home.data, "postgres-folder"))).toBe(false);
    await first.end("SIGTERM");
    await second.end("SIGTERM");
    otherHome.remove();
    await drop();
  });

  test("workers are as many, and have as much memory, as the options say", async () => {
    const { url: DATABASE_URL, drop } = await testDatabase({ empty: true });
    const server = await start(home, { DATABASE_URL }, ["--workers", "1", "--worker-memory", "700M"]);
    await run(home, ["data", "create", "penguins", penguins]);
    const runs = await Promise.all(
      [1, 2].map((seed) =>
        run(home, [
          "automl",
          "--data",
          "penguins",
          "--target",
          "species",
          "--max-trials",
          "1",
          "--seed",
          String(seed),
          "--json",
        ]),
      ),
    );
    expect(runs.map(({ code }) => code)).toEqual([0, 0]);
    const client = new pg.Client(DATABASE_URL);
    await client.connect();
    const { rows } = await client.query("SELECT memory_limit_bytes::float8 AS bytes FROM slipway.workers");
    await client.end();
    expect(rows).toEqual([{ bytes: 700 * 2 ** 20 }]);
    await server.end("SIGTERM");
    await drop();
  });

  describe("what cannot work is said with the way out", () => {
    test.each([
      ["--workers", "0"],
      ["--worker-memory", "100M"],
      ["--worker-memory", "much"],
    ])("%s %s", async (...option) => {
      const { code, stderr } = await run(home, ["up", "--port", "0", ...option]);
      expect(code).toBe(2);
      expect(stderr).toMatch(/error\[SLW_CLI_VALUE\].*\n {2}fix: .{10,}/);
    });

    test.each([
      [
        "a database that is not there",
        { DATABASE_URL: "postgresql://nobody:secret-word@127.0.0.1:1/none" },
        "SLW_STORE_UNREACHABLE",
      ],
      ["an address that is none", { DATABASE_URL: "mysql://x" }, "SLW_STORE_UNREACHABLE"],
      ["artifacts at a place that is none", { SLIPWAY_ARTIFACTS: "gs://bucket" }, "SLW_ARTIFACT_LOCATION"],
    ])("%s", async (_, env, code) => {
      const { code: exit, stderr } = await run(home, ["up", "--port", "0"], env);
      expect(exit).toBeGreaterThan(0);
      expect(stderr).toContain(`error[${code}]`);
      expect(stderr).toMatch(/fix: .{10,}/);
      expect(stderr).not.toContain("secret-word");
    });

    test("a command without a server", async () => {
      const { code, stderr } = await run(home, ["workspaces", "list"]);
      expect(code).toBe(2);
      expect(stderr).toMatch(/error\[SLW_CLI_LOGIN\].*\n {2}fix: .*slipway up/);
    });

    test("the doctor says what is missing", async () => {
      const env = { DATABASE_URL: "postgresql://nobody:secret-word@127.0.0.1:1/none" };
      const { code, stdout } = await run(home, ["doctor", "--json"], env);
      const findings = JSON.parse(stdout) as { name: string; ok: boolean; fix: string | null }[];
      expect(code).toBe(1);
      expect(findings.filter(({ ok }) => !ok)).toMatchObject([
        { name: "database", fix: expect.any(String) as unknown },
      ]);
      expect(stdout).not.toContain("secret-word");
    });
  });
});
