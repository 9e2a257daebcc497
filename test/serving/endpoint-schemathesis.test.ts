/**
 * Schemathesis makes requests of an endpoint's OpenAPI document, valid ones and hostile ones, on every wire: no server
 * error, no status, media type and body that the document does not have.
 */
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { serveModel } from "../../src/serving/index.ts";
import { key, testModel } from "../../src/serving/test-model.ts";
import { missingPython, pythonPackages } from "../server/python-packages.ts";

const missing = missingPython();
/** Requests of each operation and phase; set SCHEMATHESIS_EXAMPLES for a thorough run. */
const examples = process.env["SCHEMATHESIS_EXAMPLES"] ?? "2";
const checks = [
  "not_a_server_error",
  "status_code_conformance",
  "content_type_conformance",
  "response_schema_conformance",
];

test.skipIf(missing)(
  `an endpoint keeps to its OpenAPI document${missing ? ` (skipped: ${missing})` : ""}`,
  { timeout: 300_000 },
  async () => {
    const packages = pythonPackages("schemathesis", ["schemathesis==4.32.5"]);
    const folder = mkdtempSync(join(tmpdir(), "slipway-schemathesis-"));
    const endpoint = await serveModel({ model: testModel, host: "127.0.0.1", port: 0, key, name: "bank" });
    try {
      const args = ["-m", "schemathesis.cli", "run", `${endpoint.url}/swagger.json?version=3`];
      const settings = ["--max-examples", examples, "--seed", "1", "--generation-database", "none"];
      const header = ["-H", `Authorization: Bearer ${key}`];
      const result = await promisify(execFile)(
        "python3",
        [...args, ...settings, "--checks", checks.join(","), ...header],
        {
          cwd: folder,
          env: {
            ...process.env,
            PYTHONPATH: [packages, import.meta.dirname].join(delimiter),
            PYTHONDONTWRITEBYTECODE: "1",
            SCHEMATHESIS_HOOKS: "schemathesis_hooks",
          },
          maxBuffer: 2 ** 26,
        },
      ).catch((error: { stdout: string }) => error);
      const [, made, passed] = /(\d+) generated, (\d+) passed$/m.exec(result.stdout) ?? [null, result.stdout, ""];
      expect(passed).toBe(made);
      expect(Number(made)).toBeGreaterThan(200);
    } finally {
      await endpoint.close();
      rmSync(folder, { recursive: true, force: true });
    }
  },
);
