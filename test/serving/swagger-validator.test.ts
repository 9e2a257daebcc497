/** An endpoint's documents, by a validator that others wrote: Swagger 2.0 and OpenAPI 3.0. */
import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { createSlipwayBackend, type ScoringSchema } from "../../src/serving/backends/index.ts";
import { swaggerDocument } from "../../src/serving/wires/index.ts";
import { regressionModel, testModel } from "../../src/serving/test-model.ts";
import { missingPython, pythonPackages } from "../server/python-packages.ts";

const missing = missingPython();

const code = `
import json, sys
from openapi_spec_validator import OpenAPIV2SpecValidator, OpenAPIV30SpecValidator
for document in json.load(sys.stdin):
    validator = OpenAPIV2SpecValidator if "swagger" in document else OpenAPIV30SpecValidator
    for error in validator(document).iter_errors():
        print(document.get("swagger", document.get("openapi")), list(error.absolute_path), str(error.message)[:300])
`;

test.skipIf(missing)(
  `the documents of every kind of endpoint are valid${missing ? ` (skipped: ${missing})` : ""}`,
  { timeout: 300_000 },
  async () => {
    const packages = pythonPackages("openapi", ["openapi-spec-validator==0.9.0"]);
    const schemas = await Promise.all(
      [testModel, regressionModel].map(async (model) => (await createSlipwayBackend(model)).schema),
    );
    const silent: ScoringSchema = {
      ...schemas[0]!,
      task: null,
      target: null,
      columns: [],
      labels: [],
      probabilities: false,
    };
    const documents = [...schemas, silent].flatMap((schema) =>
      (["key", "token", "none"] as const).flatMap((authMode) =>
        ([2, 3] as const).flatMap((version) =>
          [true, false].map((resultAsString) =>
            swaggerDocument({
              name: "marketing",
              url: "http://127.0.0.1:8080",
              version,
              schema,
              model: { name: "bank", version: 3 },
              authMode,
              resultAsString,
            }),
          ),
        ),
      ),
    );
    const broken = { swagger: "2.0", info: {}, paths: { "/a/{b}": { get: {} } } };
    const run = (input: readonly unknown[]): string =>
      execFileSync("python3", ["-c", code], {
        input: JSON.stringify(input),
        encoding: "utf8",
        env: { ...process.env, PYTHONPATH: packages },
      });
    expect(run([broken])).toMatch(/info/);
    expect(documents).toHaveLength(36);
    expect(run(documents)).toBe("");
  },
);
