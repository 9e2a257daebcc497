/** A path in a datastore as a parameter: what lies there becomes a version of a dataset, by hand and by a schedule. */
import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { PipelineRun, ScheduleSlot } from "../../src/contract/index.ts";
import { createHome, run, up, type RunningServer } from "../server/slipway-process.ts";

const penguins = join(import.meta.dirname, "../../examples/penguins.csv");
const home = createHome();
const landing = join(home.data, "../landing");
const pipeline = join(home.data, "../check.yaml");
let server: RunningServer;

async function slipway(...args: string[]): Promise<string> {
  const env = { SLIPWAY_URL: server.url, SLIPWAY_TOKEN: server.token ?? "" };
  const { code, stdout, stderr } = await run(home, args, env);
  expect({ command: args.join(" "), code, refused: /SLW_\w+/.exec(stderr)?.[0] }).toEqual({
    command: args.join(" "),
    code: 0,
    refused: undefined,
  });
  return stdout;
}

beforeAll(async () => {
  mkdirSync(landing, { recursive: true });
  copyFileSync(penguins, join(landing, "first.csv"));
  writeFileSync(
    pipeline,
    [
      "name: check-landing",
      "parameters:",
      "  path: { type: data_path, default: landing:first.csv }",
      "steps:",
      "  check:",
      "    type: data_check",
      "    data: ${{ parameters.path }}",
      "    checks: [{ check: row_count, min: 300 }]",
    ].join("\n"),
  );
  server = await up(home, { SLIPWAY_DATASTORE_FOLDERS: landing });
  await slipway("datastores", "create", "landing", "disk", "--folder", landing);
  await slipway("pipelines", "publish", pipeline);
});

afterAll(async () => {
  await server?.end("SIGTERM");
  home.remove();
});

test("by hand", async () => {
  const ended = JSON.parse(await slipway("pipelines", "run", "check-landing", "--wait", "--json")) as PipelineRun;
  expect(ended).toMatchObject({ status: "FINISHED", parameters: { path: "check-landing-path@1" } });
  expect(ended.steps[0]?.metrics).toMatchObject({ rows: 344, failed: 0 });
});

test("by a schedule that watches the folder", async () => {
  await slipway(
    "schedules",
    "create",
    "new",
    "--pipeline",
    "check-landing",
    "--on-path",
    "landing:",
    "--polling",
    "0.1",
    "--data-parameter",
    "path",
  );
  const slots = async (): Promise<ScheduleSlot[]> =>
    (JSON.parse(await slipway("schedules", "show", "new", "--json")) as { slots: ScheduleSlot[] }).slots;
  // What is there at the first look is not new.
  const looked = async (): Promise<boolean> => {
    const { nextAt, createdAt } = JSON.parse(await slipway("schedules", "show", "new", "--json")) as Record<
      string,
      string
    >;
    return Date.parse(nextAt ?? "") > Date.parse(createdAt ?? "") + 1_000;
  };
  await expect.poll(looked, { interval: 500 }).toBe(true);
  writeFileSync(join(landing, "second.csv"), "species,mass\nAdelie,3750\nGentoo,5000\n");
  await expect.poll(slots, { interval: 500 }).toHaveLength(1);
  const [slot] = await slots();
  expect(slot).toMatchObject({ outcome: "FIRED" });
  const { code, stdout } = await run(home, ["runs", "watch", slot?.run ?? "", "--json"], {
    SLIPWAY_URL: server.url,
    SLIPWAY_TOKEN: server.token ?? "",
  });
  // Two rows are too few: the check says so, and nothing after it would run.
  expect(code).toBe(1);
  expect((JSON.parse(stdout) as { statusReason: string }).statusReason).toContain("row_count");
});
