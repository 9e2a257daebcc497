/** The wires of other servers, by those servers' own clients. */
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { serveModel, type Endpoint } from "../../src/serving/index.ts";
import { key, testModel } from "../../src/serving/test-model.ts";
import { clientPackages, missingClient } from "../mlflow/python-client.ts";
import { missingPython, pythonPackages } from "../server/python-packages.ts";

let endpoint: Endpoint;
beforeAll(async () => {
  endpoint = await serveModel({ model: testModel, host: "127.0.0.1", port: 0, key, name: "bank" });
});
afterAll(() => endpoint.close());

/** What the client says, a JSON value a line. */
async function talk(client: string, packages: string): Promise<unknown[]> {
  const script = join(import.meta.dirname, "wire_clients.py");
  const env = { PATH: process.env["PATH"], PYTHONPATH: packages, PYTHONDONTWRITEBYTECODE: "1" };
  const { stdout } = await promisify(execFile)("python3", [script, endpoint.url, key, client], {
    env: { ...env, MLFLOW_DISABLE_TELEMETRY: "true" },
    timeout: 240_000,
  });
  return stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as unknown);
}

const withoutMlflow = missingClient();

test.skipIf(withoutMlflow !== null)(
  `MLflow's client, with a data frame that misses values${withoutMlflow ? ` (skipped: ${withoutMlflow})` : ""}`,
  { timeout: 300_000 },
  async () => {
    expect(await talk("mlflow", clientPackages)).toEqual([
      expect.stringMatching(/^\d+\.\d+\.\d+/),
      ["yes", "no"],
      [
        [0.119, 0.881],
        [0.881, 0.119],
      ],
      expect.stringMatching(/error code 400.*"error_code":"BAD_REQUEST".*column \\"age\\" is missing/),
    ]);
  },
);

const withoutPython = missingPython();

test.skipIf(withoutPython !== null)(
  `Triton's client, by the Open Inference Protocol${withoutPython ? ` (skipped: ${withoutPython})` : ""}`,
  { timeout: 300_000 },
  async () => {
    const packages = pythonPackages("triton", ["tritonclient[http]==2.73.0"]);
    expect(await talk("triton", packages)).toEqual([
      [true, true, true],
      [["yes"], ["no"]],
      [
        [0.119, 0.881],
        [0.881, 0.119],
      ],
      expect.stringMatching(/^404: There is no model other here/),
    ]);
  },
);
