/** Artifacts on the wire, and what must never come of a path. */
import { readdir, readFile } from "node:fs/promises";
import { request } from "node:http";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { hostilePaths } from "./test-hostile-paths.ts";
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

describe("artifacts", () => {
  test("go in and come out as they were, always as an attachment", async () => {
    const run = await newRun();
    const url = `${proxy}/0/${run}/artifacts/in/page.html`;
    const bytes = "<script>alert(1)</script>";
    expect((await ask("PUT", url, { bytes, headers: { "content-type": "text/html" } })).body).toBe("{}");
    for (const path of [
      url,
      `/get-artifact?run_id=${run}&path=in/page.html`,
      `/get-artifact?run_uuid=${run}&path=in%2Fpage.html`,
    ]) {
      const { status, body, headers } = await ask("GET", path, { headers: { accept: "text/html" } });
      expect([status, body]).toEqual([200, bytes]);
      expect(headers).toMatchObject({
        "content-type": "text/plain",
        "content-disposition": "attachment; filename=page.html",
        "content-security-policy": "sandbox; default-src 'none'",
        "x-content-type-options": "nosniff",
      });
    }
    const { body } = await ask("GET", `${base}/artifacts/list?run_id=${run}&path=in/`);
    expect(JSON.parse(body)).toEqual({
      root_uri: `mlflow-artifacts:/0/${run}/artifacts`,
      files: [{ path: "in/page.html", is_dir: false, file_size: bytes.length }],
    });
    const listed = async (path: string) =>
      (JSON.parse((await ask("GET", `${proxy}?path=${path}`)).body) as { files?: unknown }).files;
    expect(await listed(`0/${run}/artifacts`)).toEqual([{ path: "in", is_dir: true }]);
    expect(await listed(`0/${run}/artifacts/in/.`)).toEqual([
      { path: "page.html", is_dir: false, file_size: bytes.length },
    ]);
    expect((await ask("GET", `${proxy}/0/${run}/artifacts/in`)).body).toContain("refers to a directory");
    expect((await ask("DELETE", `${proxy}/0/${run}/artifacts/in`)).status).toBe(200);
    expect(await listed(`0/${run}/artifacts`)).toBeUndefined();
  });

  test("a run that is deleted takes no more", async () => {
    const run = await newRun();
    await ask("POST", `${base}/runs/delete`, { json: { run_id: run } });
    const { status, body } = await ask("PUT", `${proxy}/0/${run}/artifacts/a`, { bytes: "x" });
    expect([status, body]).toEqual([400, expect.stringContaining("must be in the 'active' state")]);
  });

  test("of a size that is not the announced one are refused, and nothing is there", async () => {
    const run = await newRun();
    const url = `${proxy}/0/${run}/artifacts/short`;
    const broken = new Promise<void>((resolve) => {
      const { hostname, port } = new URL(wire.url);
      const headers = { authorization: `Bearer ${tokens.admin}`, "content-length": "100" };
      const asked = request({ hostname, port, method: "PUT", path: url, headers });
      asked.on("error", () => resolve()).on("close", () => resolve());
      asked.write("too few", () => asked.destroy());
    });
    await broken;
    expect((await ask("GET", url)).status).toBe(404);
  });

  test("an upload from a browser is small, and names run, path and data", async () => {
    const run = await newRun();
    const upload = async (query: string, bytes?: string | Buffer) => {
      const { status, body } = await ask(
        "POST",
        `/ajax-api/2.0/mlflow/upload-artifact${query}`,
        bytes === undefined ? {} : { bytes },
      );
      return [status, (JSON.parse(body) as { message?: string }).message];
    };
    expect(await upload("")).toEqual([400, "Request must specify run_uuid."]);
    expect(await upload(`?run_uuid=${run}`)).toEqual([400, "Request must specify path."]);
    expect(await upload(`?run_uuid=${run}&path=../a`, "x")).toEqual([400, "Invalid path"]);
    expect(await upload(`?run_uuid=${run}&path=a`)).toEqual([400, "Request must specify data."]);
    expect(await upload(`?run_uuid=${run}&path=a`, Buffer.alloc(10 * 1024 * 1024 + 1))).toEqual([
      400,
      "Artifact size is too large. Max size is 10MB.",
    ]);
    expect(await upload(`?run_uuid=${run}&path=a`, "x")).toEqual([200, undefined]);
    expect((await ask("GET", `/get-artifact?run_id=${run}&path=a`)).body).toBe("x");
  });
});

describe("where clients keep artifacts themselves", () => {
  let own: TestWire;
  beforeAll(async () => {
    own = await openTestWire({ artifactRoot: "file:///data" });
  });
  afterAll(() => own.close());

  test("new experiments are below the root, and the server reads and writes nothing there", async () => {
    const post = async (path: string, json: object) => {
      const { status, body } = await own.ask("POST", `${base}${path}`, { json });
      return { status, answer: JSON.parse(body) as Record<string, Record<string, Record<string, string>>> };
    };
    const { answer } = await post("/experiments/create", { name: "elsewhere" });
    const run = (await post("/runs/create", answer)).answer["run"]?.["info"] as unknown as Record<string, string>;
    const { run_id, artifact_uri } = run;
    expect(artifact_uri).toBe(`file:///data/1/${run_id}/artifacts`);
    const { body } = await own.ask("GET", `${base}/artifacts/list?run_id=${run_id}`);
    expect(JSON.parse(body)).toEqual({ root_uri: artifact_uri });

    await post("/registered-models/create", { name: "m" });
    const register = async (source: string) =>
      (await post("/model-versions/create", { name: "m", source, run_id })).status;
    expect(await register(`${artifact_uri}/model`)).toBe(200);
    expect(await register(`/data/1/${run_id}/artifacts/model/../other`)).toBe(200);
    expect(await register(`${artifact_uri}/../../other`)).toBe(400);
    expect(await register("file:///etc/passwd")).toBe(400);
    const file = await own.ask("GET", "/model-versions/get-artifact?name=m&version=1&path=x");
    expect(file.status).toBe(404);

    const { answer: made } = await post("/logged-models", answer);
    const id = made["model"]?.["info"]?.["model_id"] ?? "";
    const files = await own.ask("GET", `${base}/logged-models/${id}/artifacts/directories`);
    expect([files.status, files.body]).toEqual([400, expect.stringContaining("which this server does not read")]);
  });

  test("a location that is a path is one of the server's folder, as with MLflow's server, and runs:/ is none", async () => {
    const create = (artifact_location: string) =>
      own.ask("POST", `${base}/experiments/create`, { json: { name: artifact_location, artifact_location } });
    const { experiment_id } = JSON.parse((await create("mine")).body) as { experiment_id: string };
    const { body } = await own.ask("GET", `${base}/experiments/get?experiment_id=${experiment_id}`);
    expect(JSON.parse(body)).toMatchObject({ experiment: { artifact_location: join(process.cwd(), "mine") } });
    expect((await create("runs:/a/b")).body).toContain("cannot be a runs:/ URI");
  });
});

describe("hostile paths", () => {
  const canary = (): Promise<string> => readFile(join(folder, "canary"), "utf8");

  const sendable = hostilePaths.filter((path) => path.isWellFormed());

  test.each(sendable)("%j reads, writes and deletes nothing", async (path) => {
    const run = await newRun();
    const before = await readdir(folder);
    // An absolute path or a URI behind a folder is a name like any other.
    const root = /^(\/|[a-z][a-z+.-]+:\/)/i.test(path) ? "" : `0/${run}/artifacts/`;
    for (const encoded of new Set([encodeURIComponent(path), encodeURIComponent(encodeURIComponent(path))])) {
      const attempts: [string, string, Asking][] = [
        ["GET", `${proxy}/${encoded}`, {}],
        ["GET", `${proxy}/${root}${encoded}`, {}],
        ["PUT", `${proxy}/${encoded}`, { bytes: "x" }],
        ["PUT", `${proxy}/${root}${encoded}`, { bytes: "x" }],
        ["DELETE", `${proxy}/${encoded}`, {}],
        ["GET", `${proxy}?path=${encoded}`, {}],
        ["GET", `${base}/artifacts/list?run_id=${run}&path=${encoded}`, {}],
        ["GET", `/get-artifact?run_id=${run}&path=${encoded}`, {}],
        ["GET", `/model-versions/get-artifact?name=a&version=1&path=${encoded}`, {}],
        ["GET", `//model-versions/get-artifact?name=a&version=1&path=${encoded}`, {}],
        ["GET", `${base}/logged-models/m-1/artifacts/directories?artifact_directory_path=${encoded}`, {}],
        ["GET", `${base}/logged-models/m-1/artifacts/files?artifact_file_path=${encoded}`, {}],
        ["POST", `/ajax-api/2.0/mlflow/upload-artifact?run_uuid=${run}&path=${encoded}`, { bytes: "x" }],
        ["POST", `/api/2.0/mlflow-artifacts/mpu/create/${encoded}`, { json: { path: "a", num_parts: 1 } }],
      ];
      for (const [method, url, asking] of attempts) {
        const { status, body } = await ask(method, url, asking);
        expect([400, 414], `${method} ${url}: ${body}`).toContain(status);
        expect(body).not.toContain("canary");
      }
    }
    expect(await readdir(folder)).toEqual(before);
    expect(await canary()).toBe("canary");
  });

  test.each(["..", "../..", "../../canary", "..%2f..%2fcanary", "a/../../b"])(
    "%s is not tidied up before it is looked at",
    async (path) => {
      for (const method of ["GET", "PUT", "DELETE"]) {
        const { status } = await ask(method, `${proxy}/${path}`, method === "PUT" ? { bytes: "x" } : {});
        expect(status).toBe(400);
      }
    },
  );

  test("a file in parts goes where its upload was created, and nowhere else", async () => {
    const run = await newRun();
    const root = `0/${run}/artifacts`;
    const mpu = "/api/2.0/mlflow-artifacts/mpu";
    const { body } = await ask("POST", `${mpu}/create/${root}`, { json: { path: "C:\\temp\\big.bin", num_parts: 2 } });
    const { upload_id, credentials } = JSON.parse(body) as {
      upload_id: string;
      credentials: { url: string; headers: Record<string, string> }[];
    };
    const parts: { part_number: number; etag: string }[] = [];
    for (const [i, { url, headers }] of credentials.entries()) {
      const answer = await ask("PUT", new URL(url).pathname, { bytes: `part ${i};`, headers });
      parts.push({ part_number: i + 1, etag: answer.headers["etag"] as string });
    }
    const json = { path: "big.bin", upload_id, parts };
    expect((await ask("POST", `${mpu}/complete/elsewhere`, { json })).status).toBe(404);
    expect((await ask("POST", `${mpu}/complete/${root}`, { json: { ...json, path: "other.bin" } })).status).toBe(404);
    expect((await ask("POST", `${mpu}/complete/${root}`, { json: { ...json, parts: parts.slice(1) } })).status).toBe(
      404,
    );
    expect((await ask("POST", `${mpu}/complete/${root}`, { json })).status).toBe(200);
    expect((await ask("GET", `${proxy}/${root}/big.bin`)).body).toBe("part 0;part 1;");
    expect((await ask("POST", `${mpu}/abort/${root}`, { json })).status).toBe(404);
    for (const path of ["../x", "a/..", "..", ""]) {
      expect((await ask("POST", `${mpu}/create/${root}`, { json: { path, num_parts: 1 } })).status).toBe(
        path === "../x" ? 200 : 400,
      );
    }
    expect((await ask("POST", `${mpu}/create/a`, { json: { path: "b", num_parts: 10_001 } })).status).toBe(400);
  });

  test("a model version of a hostile source is not made", async () => {
    await ask("POST", `${base}/registered-models/create`, { json: { name: "sources" } });
    for (const path of sendable.filter((each) => !each.startsWith("mlflow-artifacts:"))) {
      const sources = [path, `runs:/a/${path}`, `file:///${path}`, `http://127.0.0.1/${path}`, `models:/${path}`];
      for (const source of path.startsWith("/") ? sources : [...sources, `mlflow-artifacts:/${path}`]) {
        const { status, body } = await ask("POST", `${base}/model-versions/create`, {
          json: { name: "sources", source },
        });
        expect([400, 404], `${source} ${body}`).toContain(status);
      }
    }
    const { body } = await ask("GET", `${base}/model-versions/search?filter=${encodeURIComponent("name = 'sources'")}`);
    expect(body).toBe("{}");
  });
});
