import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { newId, silentLog } from "../../base/index.ts";
import { openDatabase, serverActor, type Database } from "../../store/index.ts";
import { testDatabase, type TestDatabase } from "../../store/testing.ts";
import {
  createEnvironmentVersion,
  findEnvironmentVersion,
  listEnvironments,
  listEnvironmentVersions,
  updateEnvironment,
  type EnvironmentSpec,
} from "./index.ts";

let made: TestDatabase;
let database: Database;
const workspaceId = newId();
const page = { limit: 10 };

beforeAll(async () => {
  made = await testDatabase();
  database = openDatabase({ url: made.url, applicationName: "test", log: silentLog });
  await database.insertInto("workspaces").values({ id: workspaceId, name: "test" }).execute();
});

afterAll(async () => {
  await database.destroy();
  await made.drop();
});

const create = (environment: string, spec: EnvironmentSpec) =>
  createEnvironmentVersion(database, { workspaceId, environment, spec, actor: serverActor });

test("the same specification is the same version, another the next one", async () => {
  const first = await create("training", { kind: "python", python: "3.11", requirements: ["pandas==3.0.1"] });
  const same = await create("training", { python: "3.11", requirements: ["pandas==3.0.1"], kind: "python" });
  const other = await create("training", { kind: "container", image: "python:3.11-slim" });
  expect(first).toMatchObject({ version: 1, created: true });
  expect(same).toMatchObject({ version: 1, created: false, sha256: first.sha256 });
  expect(other).toMatchObject({ version: 2, created: true });
  const ref = { workspaceId, environment: "training" };
  expect((await listEnvironmentVersions(database, ref, page)).items.map(({ version }) => version)).toEqual([2, 1]);
  expect(await findEnvironmentVersion(database, ref, "latest")).toMatchObject({ version: 2, spec: other.spec });
  expect(await findEnvironmentVersion(database, ref, "1")).toMatchObject({ spec: first.spec });
});

test("many who make versions at once get numbers without gaps", async () => {
  const made = await Promise.all(
    Array.from({ length: 20 }, (_, n) => create("crowded", { kind: "container", image: `image:${n % 10}` })),
  );
  const numbers = new Set(made.map(({ version }) => version));
  expect([...numbers].toSorted((a, b) => a - b)).toEqual(Array.from({ length: 10 }, (_, n) => n + 1));
});

describe("a specification that reaches elsewhere or cannot be read is refused", () => {
  const python = (requirements: string[]): EnvironmentSpec => ({ kind: "python", python: "3.11", requirements });
  test.each<[string, EnvironmentSpec]>([
    ["an option", python(["--index-url http://evil.example"])],
    ["another file", python(["-r /etc/passwd"])],
    ["a path", python(["./evil"])],
    ["an address", python(["evil @ https://evil.example/x.whl"])],
    ["a shell", python(["pandas; $(id)"].map((line) => `${line}\n`))],
    ["an image with a blank", { kind: "container", image: "a b" }],
    ["an image with an option", { kind: "container", image: "--privileged" }],
    ["a package that is no JSON", { kind: "node", node: "24", package: "{" }],
    ["a lock alone", { kind: "node", node: "24", lock: "{}" }],
    ["both", { kind: "python", python: "3.11", requirements: ["a"], lock: "a==1" }],
  ])("%s", async (_, spec) => {
    await expect(create("refused", spec)).rejects.toMatchObject({ code: "SLW_ENVIRONMENT_SPEC" });
    expect((await listEnvironments(database, { workspaceId, archived: false, page })).items).not.toContainEqual(
      expect.objectContaining({ name: "refused" }),
    );
  });
});

test("an archived one is listed apart, and another workspace's is not found", async () => {
  await create("old", { kind: "node", node: "24" });
  await updateEnvironment(database, { workspaceId, environment: "old" }, { archived: true }, serverActor);
  const names = async (archived: boolean) =>
    (await listEnvironments(database, { workspaceId, archived, page })).items.map(({ name }) => name);
  expect(await names(true)).toEqual(["old"]);
  expect(await names(false)).not.toContain("old");
  const elsewhere = { workspaceId: newId(), environment: "old" };
  await expect(findEnvironmentVersion(database, elsewhere, "1")).rejects.toMatchObject({
    code: "SLW_ENVIRONMENT_UNKNOWN",
  });
});
