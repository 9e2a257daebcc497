/**
 * The whole path of the bank pipeline: published by the command line, started by a Python script with requests.post,
 * watched to its end, and the endpoint that it deployed answers. Then a second run reuses what did not change.
 */
import { execFile } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { PipelineRun, StepReason } from "../../src/contract/index.ts";
import { createHome, run, up, type RunningServer } from "../server/slipway-process.ts";

const execute = promisify(execFile);
const root = join(import.meta.dirname, "../..");
const examples = join(root, "examples/pipelines");
const bank = join(root, "../shared/data/bankmarketing.csv");
const rows = join(root, "../shared/data/bank_two_rows.json");
const missing = existsSync(bank) ? null : "../shared/data/bankmarketing.csv is absent";

const home = createHome();
let server: RunningServer;
let published: { id: string; name: string; version: number; endpoint: string; status: string };

const env = (): NodeJS.ProcessEnv => ({ SLIPWAY_URL: server.url, SLIPWAY_TOKEN: server.token ?? "" });

async function slipway(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await run(home, args, env());
  expect({ command: args.join(" "), code, refused: /SLW_\w+/.exec(stderr)?.[0] }).toEqual({
    command: args.join(" "),
    code: 0,
    refused: undefined,
  });
  return stdout;
}

async function runNamed(id: string): Promise<PipelineRun> {
  return api<PipelineRun>("GET", `/api/v1/workspaces/default/pipeline-runs/${id}`);
}

async function api<Body>(method: string, path: string, body?: unknown): Promise<Body> {
  const answer = await fetch(server.url + path, {
    method,
    headers: { authorization: `Bearer ${server.token}`, "content-type": "application/json" },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return (await answer.json()) as Body;
}

beforeAll(async () => {
  if (missing !== null) return;
  server = await up(home);
  await slipway("data", "create", "bank", bank);
  // As it is, but for a minute of search.
  const text = readFileSync(join(examples, "bank-marketing/pipeline.yaml"), "utf8");
  const file = join(home.data, "pipeline.yaml");
  writeFileSync(file, text.replace("default: 60", "default: 12"));
  published = JSON.parse(await slipway("pipelines", "publish", file, "--json")) as typeof published;
});

afterAll(async () => {
  if (server === undefined) return;
  await run(home, ["endpoints", "delete", "bank", "--force"], env());
  await server.end("SIGTERM");
  home.remove();
});

describe.skipIf(missing !== null)(`the bank pipeline${missing === null ? "" : ` (${missing})`}`, () => {
  test("publish gives an active version with an address", () => {
    expect(published).toMatchObject({ name: "bank-marketing", version: 1, status: "ACTIVE" });
    expect(published.endpoint.startsWith(`${server.url}/`)).toBe(true);
  });

  test("requests.post starts it, and its endpoint answers at the end", async () => {
    const { stdout } = await execute("python3", [join(examples, "trigger.py")], {
      env: { ...process.env, ...env(), PIPELINE_ENDPOINT: published.endpoint },
    });
    const [, id = ""] = /Submitted pipeline run: ([0-9a-f]{32})/.exec(stdout) ?? [];
    const ended = await runNamed(id);
    expect({ status: ended.status, reason: ended.statusReason }).toEqual({ status: "FINISHED", reason: null });
    expect(ended.steps.map(({ state }) => state)).toEqual(ended.steps.map(() => "FINISHED"));

    const shown = JSON.parse(await slipway("endpoints", "show", "bank", "--json")) as { scoringUri: string };
    const keys = JSON.parse(await slipway("endpoints", "keys", "bank", "--json")) as { primaryKey: string };
    const answer = await fetch(shown.scoringUri, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${keys.primaryKey}` },
      body: readFileSync(rows),
    });
    expect(await answer.json()).toEqual({ result: ["yes", "no"] });
  }, 240_000);

  test("again with another metric: the check is reused, training is not, and why says so", async () => {
    const again = JSON.parse(
      await slipway("pipelines", "run", "bank-marketing", "--parameter", "metric=accuracy", "--wait", "--json").catch(
        // An evaluation that finds nothing better ends the run: that is its purpose.
        () => "null",
      ),
    ) as PipelineRun | null;
    const { items } = await api<{ items: { id: string }[] }>(
      "GET",
      "/api/v1/workspaces/default/runs?kind=pipeline&limit=1",
    );
    const found = again ?? (await runNamed(items[0]?.id ?? ""));
    const [check, train] = found.steps;
    expect(check?.reusedFrom).toMatch(/^[0-9a-f]{32}$/);
    expect(train?.reusedFrom).toBeNull();
    const why = JSON.parse(await slipway("runs", "why", found.id, train?.name ?? "", "--json")) as StepReason;
    expect(why.reused).toBe(false);
    expect(JSON.stringify(why.differences)).toMatch(/metric/);
    expect(JSON.stringify(why.differences)).toMatch(/accuracy/);
  }, 240_000);

  test("numbers and unknown parameters as Azure's notebooks send them", async () => {
    const path = `/pipelines/v1.0/subscriptions/s/resourceGroups/g/providers/Microsoft.MachineLearningServices/workspaces/default`;
    const refused = await api<{ code: string; detail: string }>(
      "POST",
      `${path}/PipelineRuns/PipelineSubmit/${published.id}`,
      {
        ExperimentName: "x",
        ParameterAssignments: { time_limt: 45 },
      },
    );
    expect(refused.code).toBe("SLW_PIPELINE_PARAMETER");
    expect(refused.detail).toContain("time_limt");

    const taken = await api<{ Id: string; ParameterAssignments: Record<string, unknown> }>(
      "POST",
      `${path}/PipelineRuns/PipelineSubmit/${published.id}`,
      { ExperimentName: "x", ParameterAssignments: { time_limit: "45" }, tags: { from: "a notebook" } },
    );
    expect(taken.Id).toMatch(/^[0-9a-f]{32}$/);
    expect(taken.ParameterAssignments["time_limit"]).toBe(45);
    await slipway("runs", "cancel", taken.Id);
    await expect.poll(async () => (await runNamed(taken.Id)).status, { interval: 500 }).toBe("KILLED");
  });

  test("a disabled version is refused, and started again when it is enabled", async () => {
    await slipway("pipelines", "disable", "bank-marketing@1");
    const refused = await api<{ code: string }>("POST", new URL(published.endpoint).pathname, { ExperimentName: "x" });
    expect(refused.code).toBe("SLW_PIPELINE_DISABLED");
    const listed = JSON.parse(await slipway("pipelines", "list", "--json")) as { items: { status: string }[] };
    expect(listed.items[0]?.status).toBe("DISABLED");
    await slipway("pipelines", "enable", "bank-marketing@1");
  });
});
