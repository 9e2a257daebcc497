import { describe, expect, test } from "vitest";
import { parseSource } from "./model-source.ts";

const id = "0123456789abcdef0123456789abcdef";

describe("the source of a model version", () => {
  test.each([
    [`runs:/${id}/model`, { kind: "run", runId: id, path: "model" }],
    [`runs:/${id}`, { kind: "run", runId: id, path: "" }],
    [`runs:/${id}/a//b/`, { kind: "run", runId: id, path: "a/b" }],
    [`models:/m-${id}`, { kind: "loggedModel", modelId: `m-${id}` }],
    ["models:/bank/3", { kind: "version", model: "bank", reference: "3" }],
    ["models:/bank/Production", { kind: "version", model: "bank", reference: "Production" }],
    ["models:/bank@champion", { kind: "version", model: "bank", reference: "champion" }],
    ["mlflow-artifacts:/0/a/artifacts/model", { kind: "artifacts", path: "0/a/artifacts/model" }],
    ["mlflow-artifacts:/models///foo", { kind: "artifacts", path: "models/foo" }],
    ["mlflow-artifacts:", { kind: "artifacts", path: "" }],
  ])("%s is taken", (source, expected) => expect(parseSource(source)).toEqual(expected));

  // CVE-2023-1177, -1176, -2356, -2780, -6909, -6831, 2024-1560, -1593, 2025-11201, 2026-2614.
  test.each([
    "/etc/passwd",
    "/",
    "etc/passwd",
    "./a",
    "../a",
    "../../../../etc/passwd",
    "\\\\host\\share",
    "C:\\windows\\win.ini",
    "C:/windows/win.ini",
    "file:///etc/passwd",
    "file:/etc/passwd",
    "file://host/etc/passwd",
    "FILE:///etc/passwd",
    "file:%2f%2f/etc/passwd",
    "model:///etc/passwd",
    "models://host/a/1",
    "models:/../1",
    "models:/a/../../1",
    "runs:/../../etc/passwd",
    `runs:/${id}/../../x`,
    `runs:/${id}/..%2f..%2fx`,
    `runs:/${id}/%252e%252e%252fx`,
    `runs:/${id}/a;/../../x`,
    `runs:/${id}/..\\..\\x`,
    "runs://host/a",
    "mlflow-artifacts:/../a",
    "mlflow-artifacts://host:9000/models/../../../",
    "mlflow-artifacts://host:9000/models",
    "mlflow-artifacts:/a%00",
    "mlflow-artifacts:/a#b",
    "http://host/api/2.0/mlflow-artifacts/artifacts/../../../",
    "http://127.0.0.1/a",
    "https://host/a",
    "s3://bucket/a",
    "s3a://bucket/../a",
    "ftp://host/a",
    "dbfs:/a/../b",
    "gopher://host/a",
    "data:text/plain,a",
    "jar:file:///a!/b",
    "",
  ])("%j is refused", (source) => {
    expect(() => parseSource(source)).toThrow(
      expect.objectContaining({
        code: "SLW_MLFLOW_INPUT",
        message: expect.stringMatching(/^Invalid (model version source|path)/) as string,
      }),
    );
  });

  test.each<[string, string, boolean]>([
    ["/data/1/a/artifacts", "file:///data/1/a/artifacts", true],
    ["file:///data/1/a/artifacts/model", "file:///data/1/a/artifacts", true],
    ["file:///data/1/a/artifacts/model/..", "file:///data/1/a/artifacts", true],
    ["/data/1/a/artifacts/model/./x", "/data/1/a/artifacts", true],
    ["/data/1/a/artifacts2", "file:///data/1/a/artifacts", false],
    ["/data/1/a/artifacts/../../b", "file:///data/1/a/artifacts", false],
    ["file:///data/1/a/artifacts/%2e%2e/%2e%2e/b", "file:///data/1/a/artifacts", false],
    ["file:///data/1/a/artifacts/%252e%252e/%252e%252e/b", "file:///data/1/a/artifacts", false],
    ["file://host/data/1/a/artifacts", "file:///data/1/a/artifacts", false],
    ["//data/1/a/artifacts", "file:///data/1/a/artifacts", false],
    ["/etc/passwd", "mlflow-artifacts:/1/a/artifacts", false],
    ["mlflow-artifacts:/1/a/artifacts", "mlflow-artifacts:/1/a/artifacts", false],
  ])("on a disk, %s below %s: %s", (source, root, taken) => {
    let kind = "refused";
    try {
      ({ kind } = parseSource(source, root));
    } catch (error) {
      expect((error as { code: string }).code).toBe("SLW_MLFLOW_INPUT");
    }
    expect(kind === "local").toBe(taken);
  });
});
