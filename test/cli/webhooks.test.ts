/** slipway webhooks … against a server and a real receiver, as a user types it. */
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ensureAdmin } from "../../src/access/index.ts";
import { startApi, type ApiServer, type Services } from "../../src/api/index.ts";
import { silentLog } from "../../src/base/index.ts";
import { createSecretBox, openArtifactStore, openDatabase, type Database } from "../../src/store/index.ts";
import { testDatabase } from "../../src/store/testing.ts";
import { runCli, type Finished } from "./run-cli.ts";

let database: Database;
let api: ApiServer;
let drop: () => Promise<void>;
let receiver: Server;
let url: string;
let status = 200;
let env: Record<string, string>;
const folder = mkdtempSync(join(tmpdir(), "slipway-webhooks-"));

beforeAll(async () => {
  receiver = createServer((_request, response) => response.writeHead(status).end());
  receiver.listen(0, "127.0.0.1");
  await once(receiver, "listening");
  url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`;
  const made = await testDatabase();
  drop = made.drop;
  database = openDatabase({ url: made.url, applicationName: "test", log: silentLog });
  const token = (await ensureAdmin(database)) as string;
  const services = {
    database,
    artifacts: await openArtifactStore(join(folder, "artifacts")),
    secrets: createSecretBox(Buffer.alloc(32, 1)),
    reach: { folders: [], origins: [new URL(url).origin] },
    log: silentLog,
  };
  api = await startApi({ host: "127.0.0.1", port: 0, services: services as unknown as Services });
  env = { SLIPWAY_URL: api.url, SLIPWAY_TOKEN: token };
});

afterAll(async () => {
  await api.close();
  await database.destroy();
  await drop();
  receiver.close();
  rmSync(folder, { recursive: true, force: true });
});

const cli = (...args: string[]): Promise<Finished> => runCli(["webhooks", ...args], { env });

/** With the exit code 0. */
async function output(...args: string[]): Promise<string> {
  const { stdout, stderr, code } = await cli(...args);
  expect({ stderr, code }).toEqual({ stderr: "", code: 0 });
  return stdout;
}

test("create, list, show, ping, deliveries, update, delete", async () => {
  expect(await output("list")).toBe("There are no webhooks.\n");
  const created = await output("create", "ci", url, "--types", "model.*,run.created", "--description", "builds");
  expect(created).toMatch(/^The webhook ci sends model\.\*, run\.created to http:.*\/hook\.\nSecret .*: whsec_\S+\n$/);
  expect(await output("list")).toMatch(/^NAME +STATE +EVENTS +URL\nci +active +model\.\*, run\.created +http:/);
  expect(await output("show", "ci")).toMatch(/^ci {2}active\n {2}builds\n {2}sends model\.\*, run\.created to /);

  expect(await output("deliveries", "ci")).toBe("Nothing was sent yet.\n");
  expect(await output("ping", "ci")).toMatch(/^taken with status 200 \(\d+ ms\)\n$/);
  status = 500;
  expect(await cli("ping", "ci")).toMatchObject({ code: 1, stdout: expect.stringContaining("status 500") as string });
  const attempts = (await output("deliveries", "ci")).trimEnd().split("\n");
  expect(attempts).toHaveLength(3);
  expect(attempts[1]).toMatch(/dev\.slipway\.ping .*status 500/);
  expect(attempts[2]).toMatch(/dev\.slipway\.ping .*taken with status 200/);

  expect(await output("update", "ci", "--state", "disabled", "--types", "run.created")).toMatch(
    /^ci {2}disabled\n {2}builds\n {2}sends run\.created to .*\n {2}disabled: by admin\n/,
  );
  const shown = JSON.parse(await output("update", "ci", "--state", "active", "--json")) as unknown;
  expect(shown).toMatchObject({ name: "ci", state: "active", disabledReason: null, types: ["run.created"] });
  expect(await output("delete", "ci")).toBe("The webhook ci is deleted.\n");
  expect(await output("list")).toBe("There are no webhooks.\n");
});

test.each([
  [["create", "inside", "http://127.0.0.1:1/"], "SLW_OUTBOUND"],
  [["create", "wrong", "ftp://example.com/"], "SLW_OUTBOUND_URL"],
  [["show", "nothing"], "SLW_WEBHOOK_UNKNOWN"],
  [["update", "nothing", "--state", "sleeping"], "SLW_CLI_VALUE"],
])("%j is refused", async (args, code) => {
  const { stderr, code: exit } = await cli(...args);
  expect(exit).not.toBe(0);
  expect(stderr).toContain(`error[${code}`);
});
