/** The wire: statuses, forms of errors, workspaces kept apart. What users do is in test/mlflow. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { endpoints } from "./endpoints.ts";
import { base, openTestWire, proxy, type Asking, type TestWire } from "./test-wire.ts";

let wire: TestWire;
let ask: TestWire["ask"];
let newRun: TestWire["newRun"];
let tokens: TestWire["tokens"];
let folder = "";
beforeAll(async () => {
  wire = await openTestWire();
  ({ ask, newRun, tokens, folder } = wire);
});
afterAll(() => wire.close());

describe("answers", () => {
  test.each(["/api/2.0", "/ajax-api/2.0", "/workspaces/default/api/2.0", "/workspaces/default/ajax-api/2.0"])(
    "come below %s",
    async (prefix) => {
      const { status, body } = await ask("GET", `${prefix}/mlflow/experiments/get?experiment_id=0`);
      expect([status, JSON.parse(body)]).toMatchObject([200, { experiment: { experiment_id: "0", name: "Default" } }]);
    },
  );

  test("have numbers, not text, for whole numbers, and leave out what is empty", async () => {
    const run = await newRun();
    const metric = { run_id: run, key: "m", value: "NaN", timestamp: "7", step: "-3" };
    expect((await ask("POST", `${base}/runs/log-metric`, { json: metric })).body).toBe("{}");
    const { body } = await ask("GET", `${base}/metrics/get-history?run_id=${run}&metric_key=m`);
    expect(body).toBe('{"metrics":[{"key":"m","value":"NaN","timestamp":7,"step":-3}]}');
    expect((await ask("GET", `${base}/metrics/get-history?run_id=${run}&metric_key=none`)).body).toBe("{}");
  });

  test("take a token as Bearer, or as password of Basic, and nothing else", async () => {
    const url = `${base}/experiments/get?experiment_id=0`;
    const basic = `Basic ${Buffer.from(`anybody:${tokens.reader}`).toString("base64")}`;
    expect((await ask("GET", url, { headers: { authorization: basic } })).status).toBe(200);
    for (const authorization of ["", "Basic eDp5", `Token ${tokens.reader}`, `Bearer ${tokens.reader}x`]) {
      const { status, body, headers } = await ask("GET", url, { headers: { authorization } });
      expect([status, JSON.parse(body)]).toMatchObject([401, { error_code: "UNAUTHENTICATED" }]);
      expect(headers["www-authenticate"]).toBe("Bearer");
    }
  });

  test("of the server itself need no more than they must", async () => {
    expect((await ask("GET", "/health", { headers: { authorization: "" } })).body).toBe("OK");
    expect((await ask("GET", "/version", { headers: { authorization: "" } })).body).toMatch(/^\d+\.\d+\.\d+$/);
    const { body } = await ask("GET", "/api/3.0/mlflow/server-info", { token: tokens.reader });
    expect(JSON.parse(body)).toMatchObject({ workspaces_enabled: false });
  });
});

describe("errors", () => {
  test.each<[string, string, Asking, number, string, string]>([
    [
      "GET",
      `${base}/experiments/get?experiment_id=77`,
      {},
      404,
      "RESOURCE_DOES_NOT_EXIST",
      "No Experiment with id=77 exists",
    ],
    ["GET", `${base}/experiments/get?experiment_id=x`, {}, 400, "INVALID_PARAMETER_VALUE", "Invalid experiment ID 'x'"],
    [
      "GET",
      `${base}/experiments/get?experiment_id=99999999999999`,
      {},
      404,
      "RESOURCE_DOES_NOT_EXIST",
      "No Experiment",
    ],
    [
      "GET",
      `${base}/experiments/get`,
      {},
      400,
      "INVALID_PARAMETER_VALUE",
      "Missing value for required parameter 'experiment_id'.",
    ],
    [
      "GET",
      `${base}/experiments/get-by-name?experiment_name=x`,
      {},
      404,
      "RESOURCE_DOES_NOT_EXIST",
      "Could not find experiment with name 'x'",
    ],
    [
      "POST",
      `${base}/experiments/create`,
      { json: { name: "Default" } },
      400,
      "RESOURCE_ALREADY_EXISTS",
      "already exists",
    ],
    ["POST", `${base}/experiments/create`, { json: [] }, 400, "INVALID_PARAMETER_VALUE", "must be a JSON object"],
    [
      "POST",
      `${base}/experiments/create`,
      { bytes: "{", headers: { "content-type": "application/json" } },
      400,
      "INVALID_PARAMETER_VALUE",
      "not valid JSON",
    ],
    [
      "POST",
      `${base}/experiments/create`,
      { bytes: '{"name":"a"}', headers: { "content-type": "text/plain" } },
      415,
      "BAD_REQUEST",
      "Content-Type",
    ],
    [
      "POST",
      `${base}/experiments/create`,
      { bytes: "x", headers: { "content-type": "application/x-pickle" } },
      415,
      "BAD_REQUEST",
      "Content-Type",
    ],
    [
      "POST",
      `${base}/experiments/search`,
      { json: {} },
      400,
      "INVALID_PARAMETER_VALUE",
      "Invalid value 0 for parameter 'max_results'",
    ],
    [
      "POST",
      `${base}/experiments/search`,
      { json: { max_results: 5, page_token: "x" } },
      400,
      "INVALID_PARAMETER_VALUE",
      "cursor",
    ],
    [
      "POST",
      `${base}/runs/search`,
      { json: { experiment_ids: ["0"], max_results: 50_001 } },
      400,
      "INVALID_PARAMETER_VALUE",
      "Invalid value 50001 for parameter 'max_results'",
    ],
    ["GET", `${base}/runs/get?run_id=nobody`, {}, 404, "RESOURCE_DOES_NOT_EXIST", "Run with id=nobody not found"],
    [
      "GET",
      `${base}/registered-models/get?name=nothing`,
      {},
      404,
      "RESOURCE_DOES_NOT_EXIST",
      "Registered Model with name=nothing not found",
    ],
    [
      "GET",
      `${base}/model-versions/get?name=a&version=x`,
      {},
      400,
      "INVALID_PARAMETER_VALUE",
      "Parameter 'version' must be an integer, got 'x'.",
    ],
    [
      "GET",
      `${base}/model-versions/get?name=a&version=0`,
      {},
      404,
      "RESOURCE_DOES_NOT_EXIST",
      "Model Version (name=a, version=0) not found",
    ],
    [
      "GET",
      `${base}/logged-models/m-nothing`,
      {},
      404,
      "RESOURCE_DOES_NOT_EXIST",
      "Logged model with ID 'm-nothing' not found.",
    ],
    ["GET", `${base}/traces`, {}, 404, "ENDPOINT_NOT_FOUND", "There is no endpoint GET /api/2.0/mlflow/traces."],
    [
      "POST",
      "/workspaces/default/ajax-api/2.0/mlflow/gateway/x",
      { json: {} },
      404,
      "ENDPOINT_NOT_FOUND",
      "There is no endpoint",
    ],
    ["GET", `${base}/runs/create`, {}, 405, "BAD_REQUEST", "This address takes POST."],
    ["GET", `${base}/webhooks`, {}, 501, "NOT_IMPLEMENTED", "webhooks are not implemented"],
    [
      "GET",
      `/workspaces/nowhere${base}/experiments/get?experiment_id=0`,
      {},
      404,
      "RESOURCE_DOES_NOT_EXIST",
      "no workspace",
    ],
    ["GET", `${proxy}/nothing.txt`, {}, 404, "RESOURCE_DOES_NOT_EXIST", "nothing.txt"],
    ["DELETE", `${proxy}/nothing`, {}, 404, "RESOURCE_DOES_NOT_EXIST", "nothing"],
  ])("%s %s %j: %i %s", async (method, path, asking, status, code, message) => {
    const answer = await ask(method, path, asking);
    expect([answer.status, JSON.parse(answer.body)]).toEqual([
      status,
      { error_code: code, message: expect.stringContaining(message) as string },
    ]);
    expect(answer.headers["x-content-type-options"]).toBe("nosniff");
  });

  test("name the methods that an address takes", async () => {
    expect((await ask("DELETE", `${base}/experiments/search`)).headers["allow"]).toBe("GET, POST, HEAD");
  });

  test("of a batch say which entry, and limit it as MLflow does", async () => {
    const run_id = await newRun();
    const batch = async (json: object) =>
      (await ask("POST", `${base}/runs/log-batch`, { json: { run_id, ...json } })).body;
    expect(await batch({ metrics: [{ key: "a", value: 1 }] })).toContain("'metrics[0].timestamp'");
    const params = Array.from({ length: 101 }, (_, i) => ({ key: `p${i}`, value: "" }));
    expect(await batch({ params })).toContain("at most 100 params. Got 101 params.");
    const metrics = Array.from({ length: 950 }, (_, i) => ({ key: `m${i}`, value: 1, timestamp: 1 }));
    expect(await batch({ metrics, params: params.slice(0, 60) })).toContain("at most 1000 metrics, params, and tags");
  });

  test("never name what the server has on its disk", async () => {
    for (const { method, path } of endpoints().filter((each) => each.access !== "user")) {
      const url = `/api/2.0${path.replace(/\{\w+\}|\*/g, "x")}?path=x&run_id=x&name=x&version=1`;
      const { body } = await ask(method, url, method === "GET" ? {} : { json: { run_id: "x", name: "x" } });
      expect(body).not.toContain(folder);
    }
  });
});

describe("roles", () => {
  test("a reader reads and searches, and changes nothing", async () => {
    const search = { json: { experiment_ids: ["0"], max_results: 1 }, token: tokens.reader };
    for (const path of ["/runs/search", "/experiments/search", "/logged-models/search"]) {
      expect((await ask("POST", base + path, search)).status).toBe(200);
    }
    for (const { method, path, access, upload } of endpoints()) {
      if (access !== "contributor") continue;
      const url = `/api/2.0${path.replace(/\{\w+\}|\*/g, "x")}`;
      const { status, body } = await ask(method, url, {
        ...(upload ? { bytes: "x" } : { json: {} }),
        token: tokens.reader,
      });
      expect([path, status, JSON.parse(body)]).toMatchObject([path, 403, { error_code: "PERMISSION_DENIED" }]);
    }
    expect(
      (await ask("POST", `${base}/experiments/create`, { json: { name: "mine" }, token: tokens.contributor })).status,
    ).toBe(200);
  });
});

describe("workspaces", () => {
  test("one does not see, change or fill another's", async () => {
    const run = await newRun(tokens.contributor);
    const model = await wire.newModel(tokens.contributor);
    await ask("PUT", `${proxy}/0/${run}/artifacts/secret.txt`, { bytes: "secret", token: tokens.contributor });
    await ask("PUT", `${proxy}/0/models/${model}/artifacts/secret.txt`, { bytes: "secret", token: tokens.contributor });
    await ask("PUT", `${proxy}/secret.txt`, { bytes: "secret", token: tokens.contributor });
    await ask("POST", `${base}/registered-models/create`, { json: { name: "bank" }, token: tokens.contributor });
    const source = { name: "bank", source: `runs:/${run}`, run_id: run };
    await ask("POST", `${base}/model-versions/create`, { json: source, token: tokens.contributor });
    const upload = JSON.parse(
      (await ask("POST", "/api/2.0/mlflow-artifacts/mpu/create/a", { json: { path: "b", num_parts: 1 } })).body,
    ) as { upload_id: string };

    const there = { token: tokens.stranger };
    const here = "/workspaces/other";
    const both = `run_id=${run}&path=secret.txt&name=bank&version=1&model_id=${model}&metric_key=x&alias=x&artifact_file_path=secret.txt`;
    const json = {
      run_id: run,
      name: "bank",
      version: "1",
      key: "a",
      value: "b",
      timestamp: 1,
      new_name: "c",
      stage: "Staging",
      alias: "d",
      model_json: "{}",
      status: 2,
      upload_id: upload.upload_id,
      path: "b",
    };
    for (const { method, path, atRoot, upload: takesBytes } of endpoints()) {
      if (
        /experiments\/|runs\/(create|search)|registered-models\/(create|search)|\/search$|logged-models$|webhooks|mpu\/create|\/\/|history-bulk/.test(
          path,
        )
      )
        continue;
      const filled = path
        .replace("{model_id}", model)
        .replace("{upload_id}", upload.upload_id)
        .replace(/\{\w+\}/g, "1")
        .replace("*", `0/${run}/artifacts/secret.txt`);
      const url = `${here}${atRoot ? "" : "/api/2.0"}${filled}${method === "GET" ? `?${both}` : ""}`;
      const body = takesBytes ? { bytes: "x" } : method === "GET" ? {} : { json };
      const answer = await ask(method, url, { ...body, ...there });
      expect(answer.body, `${url}`).not.toContain('secret"');
      // A path of the proxy that is nobody's run here is a file of this workspace's own.
      if (path.startsWith("/mlflow-artifacts/artifacts")) expect([200, 404], `${url}`).toContain(answer.status);
      else expect([400, 404], `${method} ${url} ${answer.body}`).toContain(answer.status);
    }
    expect((await ask("GET", `${proxy}/0/${run}/artifacts/secret.txt`, { token: tokens.reader })).body).toBe("secret");
    expect((await ask("GET", `${proxy}/secret.txt`, { token: tokens.reader })).body).toBe("secret");
    for (const url of [`${proxy}/secret.txt`, `${base}/runs/get?run_id=${run}`]) {
      expect((await ask("GET", url, there)).status).toBe(404);
    }
  });
});
