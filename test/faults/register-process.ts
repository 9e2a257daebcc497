/**
 * A process that registers one version after the other, for the test that kills it. Arguments: the database's URL, the
 * folder of artifacts, the workspace's id, the model, and after what it holds still at its second version: "bytes",
 * "commit" or "nothing". It says `put ID` when a version's bytes are stored, `done ID NUMBER` when it is registered, and
 * `held` when it waits to be killed.
 */
import { newId, silentLog } from "../../src/base/index.ts";
import { createVersion } from "../../src/registry/index.ts";
import { putModel, slipwayVersionOf } from "../../src/registry/test-registry.ts";
import { openArtifactStore, openDatabase } from "../../src/store/index.ts";

const [url, folder, workspaceId, model, hold] = process.argv.slice(2) as [string, string, string, string, string];
const database = openDatabase({ url, applicationName: "registering", log: silentLog });
const artifacts = await openArtifactStore(folder);

async function holdAfter(what: string, count: number): Promise<void> {
  if (hold !== what || count < 2) return;
  process.stdout.write("held\n");
  await new Promise((resolve) => setTimeout(resolve, 600_000));
}

for (let count = 1; ; count++) {
  const id = newId();
  const accuracy = Number.parseInt(id.slice(-6), 16) / 2 ** 24;
  const file = { ...(await putModel(artifacts, { metrics: { accuracy } })), accuracy };
  process.stdout.write(`put ${id}\n`);
  await holdAfter("bytes", count);
  const { version } = await createVersion(database, slipwayVersionOf(workspaceId, model, id, file));
  await holdAfter("commit", count);
  process.stdout.write(`done ${id} ${version}\n`);
}
