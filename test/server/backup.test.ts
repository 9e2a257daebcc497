/** A backup of a server that is at work, restored elsewhere. */
import { openSync, readSync, closeSync, statSync, truncateSync, cpSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createClient, type Client } from "../../src/contract/index.ts";
import { createHome, run, up, type Home, type RunningServer } from "./slipway-process.ts";

let home: Home;
let server: RunningServer;
let client: Client;
beforeAll(async () => {
  home = createHome();
  server = await up(home);
  client = createClient({ url: server.url, token: server.token as string });
});
afterAll(async () => {
  await server?.end("SIGTERM");
  home.remove();
});

const csv = (rows: number): string =>
  ["a,b", ...Array.from({ length: rows }, (_, row) => `${row},${row % 3 === 0 ? "x" : "y"}`)].join("\n");

async function addVersion(dataset: string, rows: number): Promise<number> {
  const { id } = await client.createUpload({ upload: csv(rows), mediaType: "application/octet-stream" });
  const { version } = await client.createDatasetVersion({ dataset, body: { source: { upload: id } } });
  return version.version;
}

test("what was acknowledged before it is in it, and every file that its rows name", { timeout: 300_000 }, async () => {
  const file = join(dirname(home.data), "backup.tar");
  await client.createDataset({ body: { name: "numbers" } });
  await addVersion("numbers", 10);
  const ended = new AbortController();
  const writing = (async () => {
    for (let rows = 11; !ended.signal.aborted; rows++) await addVersion("numbers", rows);
  })();
  const backedUp = await run(home, ["backup", file, "--json"]);
  ended.abort();
  await writing;
  expect(backedUp).toMatchObject({ code: 0, stderr: "" });
  expect(statSync(file).mode & 0o077).toBe(0);

  const other = createHome();
  expect((await run(other, ["restore", file])).code).toBe(0);
  const restored = await up(other);
  expect(restored.token).toBeNull();
  const there = createClient({ url: restored.url, token: server.token as string });
  const versions = await there.listDatasetVersions({ dataset: "numbers", query: { limit: 200, sort: "version" } });
  expect(versions.items.map(({ version }) => version)).toEqual(versions.items.map((_, index) => index + 1));
  for (const { version } of versions.items) {
    const download = await there.downloadDataset({ dataset: "numbers", version: String(version) });
    expect((await download.text()).trim().split("\n")).toHaveLength(10 + version);
  }
  // The order of events goes on where the other server's transactions left it.
  await there.createDataset({ body: { name: "after" } });
  const events = await there.listCloudEvents({ query: { limit: 200 } });
  expect(JSON.stringify(events.items.at(-1))).toContain("after");
  await restored.end("SIGTERM");
  other.remove();
});

test(
  "a backup that is cut off or changed is refused, and so is a folder with something in it",
  { timeout: 300_000 },
  async () => {
    await client.createDataset({ body: { name: "more-numbers" } });
    await addVersion("more-numbers", 1000);
    const file = join(dirname(home.data), "other.tar");
    await run(home, ["backup", file]);
    const { size } = statSync(file);
    for (const share of [0, 0.3, 0.7, 0.95]) {
      const cut = `${file}.cut`;
      cpSync(file, cut);
      truncateSync(cut, Math.floor(size * share));
      const other = createHome();
      const { code, stderr } = await run(other, ["restore", cut]);
      expect({ share, code }).toEqual({ share, code: 2 });
      expect(stderr).toMatch(/error\[SLW_(STORE_BACKUP|ARTIFACT_\w+)\]/);
      other.remove();
    }
    const { stderr } = await run(home, ["restore", file]);
    expect(stderr).toContain("error[SLW_STORE_RESTORE]");
    const handle = openSync(file, "r");
    const first = Buffer.alloc(20);
    readSync(handle, first);
    closeSync(handle);
    expect(first.toString()).toMatch(/^slipway-backup\.json/);
  },
);
