/**
 * A process that is killed while it registers versions (RELIABILITY: row 2): held between the bytes and the commit, held
 * between the commit and the answer, and at random moments. Six times by default; FAULTS=50 in `npm run faults`.
 */
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { buffer } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createRandom, siblingModule } from "../../src/base/index.ts";
import { decodeModel } from "../../src/model/index.ts";
import { createVersion, findModel, findVersion, listVersionFiles } from "../../src/registry/index.ts";
import { reportFault } from "./fault-server.ts";
import { openTestRegistry, slipwayVersionOf, type TestRegistry } from "../../src/registry/test-registry.ts";

const times = Number(process.env["FAULTS"] ?? 6);
/** Milliseconds after the first bytes until a kill at a random moment, at most: some ten versions. */
const latest = 150;
const model = "killed";
const random = createRandom(7);

let registry: TestRegistry;

beforeAll(async () => {
  registry = await openTestRegistry();
});

afterAll(() => registry.close());

interface Heard {
  /** Ids whose bytes are stored. */
  readonly put: string[];
  /** Numbers by the ids that were acknowledged. */
  readonly done: Map<string, number>;
}

async function registerUntilKilled(hold: "bytes" | "commit" | "nothing"): Promise<Heard> {
  const { url, artifacts, workspaceId } = registry;
  const script = siblingModule(import.meta.url, "register-process").pathname;
  const child = spawn(process.execPath, [script, url, artifacts.location, workspaceId, model, hold], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const exited = once(child, "exit");
  const heard: Heard = { put: [], done: new Map() };
  for await (const line of createInterface({ input: child.stdout })) {
    const [word, id = "", version] = line.split(" ");
    if (word === "held") child.kill("SIGKILL");
    else if (word === "done") heard.done.set(id, Number(version));
    else if (heard.put.push(id) === 1 && hold === "nothing") {
      void sleep(random.next() * latest).then(() => child.kill("SIGKILL"));
    }
  }
  await exited;
  return heard;
}

test(
  "every version is whole or absent, and numbers have no gap",
  async ({ annotate }) => {
    const { database, workspaceId } = registry;
    const acknowledged = new Map<string, number>();
    const put = new Set<string>();
    for (let i = 0; i < times; i++) {
      const hold = (["bytes", "commit", "nothing"] as const)[i % 3] as "bytes" | "commit" | "nothing";
      const heard = await registerUntilKilled(hold);
      for (const id of heard.put) put.add(id);
      for (const [id, version] of heard.done) acknowledged.set(id, version);
      const rows = await database.selectFrom("model_versions").select(["id", "version"]).orderBy("version").execute();
      expect(rows.map(({ version }) => version)).toEqual(rows.map((_, n) => n + 1));
      expect(rows.every(({ id }) => put.has(id))).toBe(true);
      const there = rows.some(({ id }) => id === heard.put.at(-1));
      if (hold !== "nothing") expect(there).toBe(hold === "commit");
    }
    for (const [id, version] of acknowledged) {
      expect(await findVersion(database, { workspaceId, model, version })).toMatchObject({ id });
    }
    const { latestVersion } = await findModel(database, { workspaceId, model });
    for (let version = 1; version <= (latestVersion ?? 0); version++) await checkWhole(version);
    // What was lost or half there would have failed above.
    const fault = `kill -9 before or after a model's row is written (${put.size} begun, ${acknowledged.size} acknowledged)`;
    reportFault({ fault, times, lost: 0, half: 0, orphans: 0, seconds: [] });
    await annotate(
      `${times} kills: ${put.size} begun, ${acknowledged.size} acknowledged, ` +
        `${(latestVersion ?? 0) - acknowledged.size} committed without an answer, ${put.size - (latestVersion ?? 0)} absent`,
    );
  },
  30_000 + times * 6_000,
);

async function checkWhole(version: number): Promise<void> {
  const { database, artifacts, workspaceId } = registry;
  const ref = { workspaceId, model, version };
  const { primarySha256, metrics } = await findVersion(database, ref);
  const [file] = await listVersionFiles(database, ref);
  const bytes = await buffer(await artifacts.read(primarySha256 as string));
  expect(createHash("sha256").update(bytes).digest("hex")).toBe(file?.sha256);
  expect(decodeModel(bytes).metrics["accuracy"]).toBe(metrics["accuracy"]);
}

test("whoever got no answer sends the request again and gets that version; the next one has the next number", async () => {
  const { database, workspaceId } = registry;
  const { latestVersion } = await findModel(database, { workspaceId, model });
  const ref = { workspaceId, model, version: latestVersion as number };
  const { id, version } = await findVersion(database, ref);
  const [file] = await listVersionFiles(database, ref);
  const again = slipwayVersionOf(workspaceId, model, id, file as NonNullable<typeof file>);
  expect(await createVersion(database, again)).toMatchObject({ version });
  expect(await createVersion(database, { ...again, id: "0".repeat(32) })).toMatchObject({ version: version + 1 });
});
