import { describe, expect, test } from "vitest";
import { answerForm } from "./answer-forms.ts";
import { docsPaths, findWire, methodsOf, namedModel, readDocsAsset, warningHeader, wirePaths } from "./index.ts";

describe("findWire", () => {
  test.each<[string, string, string | undefined]>([
    ["/score", "application/json", "azure"],
    ["/score", "text/csv", "csv"],
    ["/score", "application/x-ndjson", "ndjson"],
    ["/score", "text/plain", undefined],
    ["/score", "", undefined],
    ["/invocations", "application/json", "mlflow"],
    ["/invocations", "text/csv", "mlflow"],
    ["/invocations", "application/x-ndjson", undefined],
    ["/v2/models/bank/infer", "application/json", "oip"],
    ["/v2/models/bank/versions/1/infer", "application/json", "oip"],
    ["/v2/models/bank/infer", "application/octet-stream", undefined],
    ["/v2/models/bank", "application/json", undefined],
    ["/v2/infer", "application/json", undefined],
    ["/constructor", "application/json", undefined],
  ])("%s of %s: %s", (path, type, name) => {
    expect(findWire(path, type)?.name).toBe(name);
  });
});

describe("methodsOf", () => {
  test.each<[string, string | null]>([
    ["/score", "POST, OPTIONS"],
    ["/invocations", "POST, OPTIONS"],
    ["/ping", "GET, HEAD, OPTIONS"],
    ["/v2", "GET, HEAD, OPTIONS"],
    ["/v2/models/bank", "GET, HEAD, OPTIONS"],
    ["/v2/models/bank/ready", "GET, HEAD, OPTIONS"],
    ["/v2/models/bank/versions/1", "GET, HEAD, OPTIONS"],
    ["/v2/models/bank/versions/1/infer", "POST, OPTIONS"],
    ["/v2/models/bank/infer", "POST, OPTIONS"],
    ["/v2/models/", null],
    ["/v2/models//infer", null],
    ["/v2/models/a/../infer", null],
    ["/v2/models/bank/infer/", null],
    ["/v2/models/bank/versions//infer", null],
    [`/v2/models/${"a".repeat(301)}/infer`, null],
    ["/toString", null],
    ["/__proto__", null],
  ])("%s: %s", (path, methods) => {
    expect(methodsOf(path)).toBe(methods);
  });

  test("a path of the table answers to what the table says", () => {
    for (const [path, methods] of Object.entries(wirePaths)) expect(methodsOf(path)).toBe(methods);
  });
});

test.each<[string, unknown]>([
  ["/v2/models/bank/infer", { name: "bank", version: null }],
  ["/v2/models/bank/versions/3/infer", { name: "bank", version: "3" }],
  ["/v2/models/my%20bank", { name: "my bank", version: null }],
  ["/v2/models/%zz", { name: "%zz", version: null }],
  ["/score", null],
])("namedModel of %s", (path, named) => {
  expect(namedModel(path)).toEqual(named);
});

test.each<[string | null, string]>([
  [null, "json"],
  ["*/*", "json"],
  ["", "json"],
  ["text/csv", "csv"],
  ["TEXT/CSV; header=present", "csv"],
  ["application/x-ndjson;q=0.2, text/csv;q=0.3", "csv"],
  ["text/csv;q=0", "json"],
  ["text/csv;q=x, application/x-ndjson", "ndjson"],
  ["application/json, text/plain, */*", "json"],
  ["constructor, __proto__", "json"],
])("Accept: %s", (accept, form) => {
  expect(answerForm(accept, "json")).toBe(form);
});

describe("warningHeader", () => {
  test("every kind, in one line of ASCII", () => {
    expect(
      warningHeader([
        { kind: "unknownColumn", column: "Agee", nearest: "age" },
        { kind: "unknownColumn", column: "x", nearest: null },
        { kind: "unknownCategory", row: 1, column: "job", value: "пилот\r\nSet-Cookie: a" },
        { kind: "imputedColumn", row: 0, rows: 1, column: "age", value: 41 },
        { kind: "imputedColumn", row: 2, rows: 3, column: "job", value: "admin." },
      ]),
    ).toBe(
      'unknown column "Agee" ignored, did you mean "age"?; unknown column "x" ignored; ' +
        'data[1], column "job": unknown category "\\u043f\\u0438\\u043b\\u043e\\u0442\\r\\nSet-Cookie: a"; ' +
        'data[0], column "age": missing, 41 of training taken; ' +
        'data[2] and in 2 more, column "job": missing, "admin." of training taken',
    );
  });

  test("at most 2,000 characters", () => {
    const column = "c".repeat(100);
    const warnings = Array.from({ length: 50 }, () => ({ kind: "unknownColumn", column, nearest: null }) as const);
    expect(warningHeader(warnings)).toHaveLength(2000);
  });
});

describe("the page at /docs", () => {
  test("every asset is there, under its media type", async () => {
    const assets = await Promise.all(docsPaths.map(readDocsAsset));
    expect(assets.map((asset) => asset?.headers["content-type"]?.split(";")[0])).toEqual([
      "text/html",
      "text/javascript",
      "text/css",
      "text/javascript",
      "image/png",
    ]);
    for (const asset of assets) expect(asset?.body.length).toBeGreaterThan(50);
  });

  test("nothing comes from elsewhere, and nothing goes there", async () => {
    const page = await readDocsAsset("/docs");
    expect(page?.headers["content-security-policy"]).toMatch(/^default-src 'none'; script-src 'self';/);
    expect(page?.headers["content-security-policy"]).toContain("connect-src 'self'");
    expect(String(page?.body)).not.toMatch(/https?:|<script>/);
    expect(String((await readDocsAsset("/docs/start.js"))?.body)).toContain("validatorUrl: null");
  });

  test.each(["/docs/", "/docs/../index.ts", "/docs/LICENSE", "/docs/constructor", "/other"])(
    "%s is not",
    async (path) => {
      expect(await readDocsAsset(path)).toBeNull();
    },
  );
});
