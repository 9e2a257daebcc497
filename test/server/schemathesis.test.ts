/**
 * Schemathesis makes requests of the OpenAPI document, valid ones and hostile ones, and looks at the answers: no server
 * error, no status and no body that the document does not have. All operations get random ones; every fifth also all
 * those that its schema suggests, by the thousand, and in `npm run faults` each of them.
 */
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { operations } from "../../src/contract/index.ts";
import { missingPython, pythonPackages } from "./python-packages.ts";
import { createHome, up } from "./slipway-process.ts";

const missing = missingPython();
const thorough = process.env["FAULTS"] !== undefined;
/** Random requests of each operation; set SCHEMATHESIS_EXAMPLES for more. */
const examples = process.env["SCHEMATHESIS_EXAMPLES"] ?? (thorough ? "2" : "1");
const checks = [
  "not_a_server_error",
  "status_code_conformance",
  "content_type_conformance",
  "response_schema_conformance",
];
/** It would revoke the token that it uses, or wait for events that never end. */
const excluded = ["revokeMyToken", "updateUser", "streamEvents", "followRunLog"];

/** By a hash of the name, so that a new operation leaves the others where they are. */
const isFifth = (operation: string): boolean =>
  (createHash("sha256").update(operation).digest()[0] as number) % 5 === 0;

/** What Schemathesis runs, one after the other. */
function phases(): string[][] {
  const left = excluded.flatMap((id) => ["--exclude-operation-id", id]);
  if (thorough) return [["--phases", "coverage,fuzzing,stateful", ...left]];
  const fifth = Object.keys(operations).filter((id) => isFifth(id) && !excluded.includes(id));
  return [
    ["--phases", "fuzzing,stateful", ...left],
    ["--phases", "coverage", ...fifth.flatMap((id) => ["--include-operation-id", id])],
  ];
}

test.skipIf(missing)(
  `the whole API keeps to its OpenAPI document${missing ? ` (skipped: ${missing})` : ""}`,
  { timeout: thorough ? 1_800_000 : 600_000 },
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
      const header = ["-H", `Authorization: Bearer ${server.token}`];
      let all = 0;
      for (const chosen of phases()) {
        const result = await promisify(execFile)("python3", [...args, ...settings, ...chosen, ...header], {
          cwd: folder,
          env: { ...process.env, PYTHONPATH: packages },
          maxBuffer: 2 ** 26,
        }).catch((error: { stdout: string; stderr: string }) => error);
        const [, made, passed] = /(\d+) generated, (\d+) passed/.exec(result.stdout) ?? [null, result.stdout, ""];
        expect(passed).toBe(made);
        all += Number(made);
      }
      expect(all).toBeGreaterThan(1000);
    } finally {
      await server.end("SIGTERM");
      rmSync(folder, { recursive: true, force: true });
      home.remove();
    }
  },
);
