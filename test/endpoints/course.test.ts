/**
 * The clients that people have already: a Python script, Apache Bench, a Swagger page on another port, and a script that
 * switches logging on. From `slipway up` to their answers, by the commands of the README.
 */
import { execFile } from "node:child_process";
import { copyFileSync, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createHome, run, up, type RunningServer } from "../server/slipway-process.ts";
import { peakAbove, peakMissing } from "./peak-memory.ts";

const execute = promisify(execFile);
const root = join(import.meta.dirname, "../..");
const examples = join(root, "examples/endpoints");
const bank = join(root, "../shared/data/bankmarketing.csv");
const rows = join(root, "../shared/data/bank_two_rows.json");
const missing = existsSync(bank) ? null : "../shared/data/bankmarketing.csv is absent";

const home = createHome();
let server: RunningServer;
let endpoint: { state: string; scoringUri: string; swaggerUri: string; primaryKey: string; secondaryKey: string };
let deployMilliseconds: number;

async function slipway(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await run(home, args, {
    SLIPWAY_URL: server.url,
    SLIPWAY_TOKEN: server.token ?? "",
  });
  expect({ command: args.join(" "), code, refused: /SLW_\w+/.exec(stderr)?.[0] }).toEqual({
    command: args.join(" "),
    code: 0,
    refused: undefined,
  });
  return stdout;
}

beforeAll(async () => {
  if (missing !== null) return;
  server = await up(home);
  const file = join(home.data, "bank.slipway");
  const options = ["--target", "y", "--max-trials", "1", "--no-explain", "--out", file];
  await slipway("automl", bank, ...options);
  await slipway("models", "register", "bank", file);
  const started = performance.now();
  endpoint = JSON.parse(
    await slipway("endpoints", "deploy", "bank", "--model", "bank@latest", "--json"),
  ) as typeof endpoint;
  deployMilliseconds = performance.now() - started;
});

afterAll(async () => {
  if (server === undefined) return;
  await run(home, ["endpoints", "delete", "bank", "--force"], {
    SLIPWAY_URL: server.url,
    SLIPWAY_TOKEN: server.token ?? "",
  });
  await server.end("SIGTERM");
  home.remove();
});

describe.skipIf(missing !== null)(`the clients of an endpoint${missing === null ? "" : ` (${missing})`}`, () => {
  const variables = (): NodeJS.ProcessEnv => ({
    ...process.env,
    SCORING_URI: endpoint.scoringUri,
    KEY: endpoint.primaryKey,
  });

  test("deploy prints all that they need", () => {
    expect(Object.keys(endpoint)).toEqual(["name", "state", "scoringUri", "swaggerUri", "primaryKey", "secondaryKey"]);
    expect(endpoint.state).toBe("Healthy");
    // Not a limit but a sign of life: the figure itself is in bench/serving.
    expect(deployMilliseconds).toBeLessThan(60_000);
  });

  test("endpoint.py: requests.post of two rows", async () => {
    const { stdout } = await execute("python3", [join(examples, "endpoint.py"), rows], { env: variables() });
    expect(stdout.trim()).toBe("{'result': ['yes', 'no']}");
  });

  test("endpoint.py: a string that holds JSON, as Azure ML answers, by option", async () => {
    await slipway("endpoints", "update", "bank", "--azure-answers", "on");
    const { stdout } = await execute("python3", [join(examples, "endpoint.py"), rows], { env: variables() });
    expect(stdout.trim()).toBe('{"result": ["yes", "no"]}');
    await slipway("endpoints", "update", "bank", "--azure-answers", "off");
  });

  test("benchmark.sh: ab with HTTP/1.0", async ({ skip }) => {
    if (
      await execute("ab", ["-V"]).then(
        () => false,
        () => true,
      )
    )
      skip("ab is not installed");
    copyFileSync(rows, join(home.data, "data.json"));
    const { stdout } = await execute("sh", [join(examples, "benchmark.sh")], { env: variables(), cwd: home.data });
    expect(stdout).toMatch(/Complete requests: {6}10\n/);
    expect(stdout).toMatch(/Failed requests: {8}0\n/);
    expect(stdout).not.toContain("Non-2xx");
    expect(stdout).toContain('{"result":["yes","no"]}');
  });

  test("a Swagger page on another port may load swagger.json and call /score with the key", async () => {
    const origin = "http://localhost:9000";
    const loaded = await fetch(endpoint.swaggerUri, { headers: { origin } });
    expect(loaded.headers.get("access-control-allow-origin")).toMatch(/^(\*|http:\/\/localhost:9000)$/);
    const document = (await loaded.json()) as { swagger: string; paths: Record<string, unknown> };
    expect(document.swagger).toBe("2.0");
    expect(Object.keys(document.paths)).toContain("/score");
    const preflight = await fetch(endpoint.scoringUri, {
      method: "OPTIONS",
      headers: {
        origin,
        "access-control-request-method": "POST",
        "access-control-request-headers": "authorization,content-type",
      },
    });
    expect(preflight.ok).toBe(true);
    expect(preflight.headers.get("access-control-allow-headers")?.toLowerCase()).toMatch(/authorization.*content-type/);
    expect(preflight.headers.get("access-control-allow-methods")).toContain("POST");
  });

  test("logs.py: switched on while it lives, printed line by line", async () => {
    const env = { ...process.env, SLIPWAY_URL: server.url, SLIPWAY_TOKEN: server.token ?? "" };
    const print = async (): Promise<string> =>
      (await execute("python3", [join(examples, "logs.py"), "bank"], { env })).stdout;
    await print();
    const requestId = "course-1";
    const scored = await fetch(endpoint.scoringUri, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        authorization: `Bearer ${endpoint.secondaryKey}`,
        "x-ms-client-request-id": requestId,
      },
      body: readFileSync(rows),
    });
    expect(scored.status).toBe(200);
    await expect.poll(print, { interval: 500 }).toMatch(/ 200 azure 2 rows .* client request course-1\n/);
    expect(await slipway("endpoints", "logs", "bank", "--tail", "5")).toContain("200");
  });

  const skipped = peakMissing === null ? "" : ` (skipped: ${peakMissing})`;
  describe.skipIf(peakMissing !== null)(`the largest body takes bounded memory${skipped}`, () => {
    const largest = 10 * 1024 * 1024;
    const headers = { "content-type": "application/json" };
    const filled = (before: string, item: string, after: string): string =>
      before + new Array(Math.floor((largest - 100) / (item.length + 1))).fill(item).join(",") + after;
    const post = async (url: string, token: string, body: string): Promise<number> => {
      const authorization = `Bearer ${token}`;
      const response = await fetch(url, { method: "POST", headers: { ...headers, authorization }, body });
      await response.arrayBuffer();
      return response.status;
    };

    test("of a scoring process, for the most rows and for as many values as fit", async () => {
      const { processes } = JSON.parse(await slipway("endpoints", "show", "bank", "--json")) as {
        processes: { pid: number; role: string }[];
      };
      const { pid } = processes.find(({ role }) => role === "replica") as { pid: number };
      const [row] = (JSON.parse(readFileSync(rows, "utf8")) as { data: unknown[] }).data;
      const mostRows = JSON.stringify({ data: new Array(10_000).fill(row) }).padEnd(largest);
      const score = (body: string) => post(endpoint.scoringUri, endpoint.primaryKey, body);
      let status = 0;
      const legal = await peakAbove(pid, async () => (status = await score(mostRows)));
      expect([status, legal < 20 * largest]).toEqual([200, true]);
      // An object takes V8 fifty bytes where the body has three.
      const hostile = await peakAbove(pid, async () => (status = await score(filled('{"data":[', "{}", "]}"))));
      expect([status, hostile < 80 * largest]).toEqual([413, true]);
      expect(await score(readFileSync(rows, "utf8"))).toBe(200);
    });

    test("of the server", async () => {
      const { pid } = JSON.parse(readFileSync(join(home.data, "server.json"), "utf8")) as { pid: number };
      const url = `${server.url}/api/v1/workspaces/default/experiments`;
      const body = filled('{"name":[', "{}", "]}");
      let status = 0;
      const peak = await peakAbove(pid, async () => (status = await post(url, server.token ?? "", body)));
      expect([status, peak < 80 * largest]).toEqual([400, true]);
    });
  });

  test("the ready code of show runs in a shell as it is printed", async () => {
    const { code } = JSON.parse(await slipway("endpoints", "show", "bank", "--key", "--json")) as {
      code: { curl: string; python: string };
    };
    const { stdout } = await execute("sh", ["-c", code.curl]);
    expect(JSON.parse(stdout)).toEqual({ result: [expect.stringMatching(/^(yes|no)$/)] });
    const python = await execute("python3", ["-c", code.python]);
    expect(python.stdout).toMatch(/yes|no/);
  });

  test("bench prints what ab prints", async () => {
    const text = await slipway("endpoints", "bench", "bank", "--requests", "50", "--concurrency", "4", "--data", rows);
    expect(text).toMatch(/Complete requests: +50\n/);
    expect(text).toMatch(/Failed requests: +0\n/);
    expect(text).toMatch(/Requests per second: +[\d.]+ \[#\/sec\]/);
  });
});
