/** `slipway down` and endpoints: they go on, unless they are to end too; `slipway up` starts them again. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { createClient } from "../../src/contract/index.ts";
import { encodeModel } from "../../src/model/index.ts";
import { modelWith } from "../../src/registry/test-registry.ts";
import { createHome, run, up, type Home } from "./slipway-process.ts";

let home: Home;
beforeEach(() => {
  home = createHome();
});
afterEach(async () => {
  await run(home, ["down", "--endpoints"]);
  home.remove();
});

test("an endpoint outlives the server, ends when it is told to, and comes back", async () => {
  const first = await up(home);
  const token = first.token as string;
  const client = createClient({ url: first.url, token });
  const upload = Buffer.from(encodeModel(modelWith()));
  const { id } = await client.createUpload({ upload, mediaType: "application/octet-stream" });
  const source = { uploads: [{ path: "model.slipway", upload: id }] };
  await client.registerModelVersion({ model: "bank", body: { source } });
  const { scoringUri } = await client.createEndpoint({ body: { name: "bank", model: "bank", authMode: "none" } });
  const health = async (): Promise<number> => (await fetch(new URL("/health/ready", scoringUri))).status;

  const down = await run(home, ["down"]);
  expect(down.stdout).toBe(
    `The server at ${first.url} has ended.\n1 endpoint is running. To end them too: slipway down --endpoints\n`,
  );
  await first.end("SIGTERM");
  expect(await health()).toBe(200);
  expect(JSON.parse((await run(home, ["status", "--json"])).stdout)).toMatchObject({ running: false, endpoints: 1 });

  const ended = await run(home, ["down", "--endpoints"]);
  expect(ended.stdout).toContain("1 endpoint is stopped. `slipway up` starts them again.");
  await expect(health()).rejects.toMatchObject({ message: "fetch failed" });
  expect(JSON.parse((await run(home, ["status", "--json"])).stdout)).toMatchObject({ running: false, endpoints: 0 });

  const second = await up(home);
  const again = createClient({ url: second.url, token });
  await expect.poll(async () => (await again.getEndpoint({ endpoint: "bank" })).processes.length).toBe(2);
  await expect.poll(health).toBe(200);
  await second.end("SIGTERM");
});
