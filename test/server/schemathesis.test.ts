/**
 * Schemathesis makes requests of the OpenAPI document, valid ones and hostile ones, and looks at the answers: no server
 * error, no status and no body that the document does not have.
 */
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { missingPython, pythonPackages } from "./python-packages.ts";
import { createHome, up } from "./slipway-process.ts";

const missing = missingPython();
/** Requests of each operation and phase; set SCHEMATHESIS_EXAMPLES for a thorough run. */
const examples = process.env["SCHEMATHESIS_EXAMPLES"] ?? "2";
const checks = [
  "not_a_server_error",
  "status_code_conformance",
  "content_type_conformance",
  "response_schema_conformance",
];
/** It would revoke the token that it uses, or wait for events that never end. */
const excluded = ["revokeMyToken", "updateUser", "streamEvents", "followRunLog"];

test.skipIf(missing)(
  `the whole API keeps to its OpenAPI document${missing ? ` (skipped: ${missing})` : ""}`,
  { timeout: 600_000 },
  async () => {
    const packages = pythonPackages("schemathesis", ["schemathesis==4.32.5"]);
    const home = createHome();
    const folder = mkdtempSync(join(tmpdir(), "slipway-schemathesis-"));
    const server = await up(home);
    try {
      const args = ["-m", "schemathesis.cli", "run", `${server.url}/api/v1/openapi.json`];
      const settings = [
        "--max-examples",
        examples,
        "--seed",
        "1",
        "--generation-database",
        "none",
        "--checks",
        checks.join(","),
      ];
      const left = excluded.flatMap((id) => ["--exclude-operation-id", id]);
      const header = ["-H", `Authorization: Bearer ${server.token}`];
      const result = await promisify(execFile)("python3", [...args, ...settings, ...left, ...header], {
        cwd: folder,
        env: { ...process.env, PYTHONPATH: packages },
        maxBuffer: 2 ** 26,
      }).catch((error: { stdout: string; stderr: string }) => error);
      const [, made, passed] = /(\d+) generated, (\d+) passed/.exec(result.stdout) ?? [null, result.stdout, ""];
      expect(passed).toBe(made);
      expect(Number(made)).toBeGreaterThan(1000);
    } finally {
      await server.end("SIGTERM");
      rmSync(folder, { recursive: true, force: true });
      home.remove();
    }
  },
);
