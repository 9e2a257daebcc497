import { describe, expect, test } from "vitest";
import { createSlipwayBackend, type ScoringSchema } from "../backends/index.ts";
import { regressionModel, testModel } from "../test-model.ts";
import { swaggerDocument, type SwaggerSource } from "./index.ts";
import { wirePaths } from "./paths.ts";

// oxlint-disable-next-line typescript/no-explicit-any -- documents are taken apart freely here
type Json = Record<string, any>;

const classification = (await createSlipwayBackend(testModel)).schema;
const regression = (await createSlipwayBackend(regressionModel)).schema;

function document(version: 2 | 3, more: Partial<SwaggerSource> = {}): Json {
  return swaggerDocument({
    name: "marketing",
    url: "http://127.0.0.1:8080",
    version,
    schema: classification,
    model: { name: "bank", version: 3 },
    authMode: "key",
    resultAsString: false,
    ...more,
  }) as Json;
}

describe("the Swagger document", () => {
  test("2.0, by Azure ML's names", () => {
    const swagger = document(2);
    expect(swagger).toMatchObject({
      swagger: "2.0",
      info: { title: "marketing", version: "3" },
      host: "127.0.0.1:8080",
    });
    expect(swagger["schemes"]).toEqual(["http"]);
    expect(Object.keys(swagger["paths"]).slice(0, 3)).toEqual(["/", "/score", "/swagger.json"]);
    expect(Object.keys(swagger["definitions"])).toEqual(
      expect.arrayContaining(["ServiceInput", "ServiceOutput", "ErrorResponse"]),
    );
    expect(swagger["securityDefinitions"].Bearer).toMatchObject({
      type: "apiKey",
      in: "header",
      name: "Authorization",
    });
    expect(swagger["paths"]["/score"].post.consumes).toEqual(["application/json", "text/csv", "application/x-ndjson"]);
  });

  test("3.0 has the same operations, and every form of a body", () => {
    const openapi = document(3);
    expect(openapi).toMatchObject({ openapi: "3.0.3", servers: [{ url: "http://127.0.0.1:8080" }] });
    expect(Object.keys(openapi["paths"])).toEqual(Object.keys(document(2)["paths"]));
    const { content } = openapi["paths"]["/score"].post.requestBody;
    expect(Object.keys(content)).toEqual(["application/json", "text/csv", "application/x-ndjson"]);
    expect(content["application/json"].schema.oneOf.map((each: Json) => each["$ref"].split("/").at(-1))).toEqual([
      "ServiceInput",
      "ServiceInputV2",
      "ServiceInputData",
    ]);
    expect(content["text/csv"].example).toBe("age,job,duration,since\r\n41,admin.,1.5,2020-02-29\r\n");
  });

  test("every address of the wires is in it", () => {
    const documented = Object.keys(document(3)["paths"]);
    // /health is another name of /ping.
    const wires = Object.keys(wirePaths).filter((path) => path !== "/health");
    expect(wires.filter((path) => !documented.includes(path))).toEqual([]);
    expect(documented).toContain("/v2/models/{model}/infer");
  });

  test("the model's columns with types, enumerations and an example row", () => {
    const row = document(2)["definitions"].Row;
    expect(row.properties).toEqual({
      age: { type: "integer", format: "int64", description: "18 to 90 in training.", example: 41 },
      job: { type: "string", enum: ["admin.", "student"], example: "admin." },
      duration: {
        type: "number",
        format: "double",
        description: "0 to 9.5 in training.",
        "x-nullable": true,
        example: 1.5,
      },
      since: {
        type: "string",
        description: "A date, or a date and a time, by ISO 8601.",
        "x-nullable": true,
        example: "2020-02-29",
      },
    });
    expect(row.required).toEqual(["age", "job"]);
    expect(row.example).toEqual({ age: 41, job: "admin.", duration: 1.5, since: "2020-02-29" });
    expect(document(3)["components"].schemas.Row.properties.since).toMatchObject({ nullable: true });
  });

  test("an enumeration of a column that may be null has null", () => {
    const columns = classification.columns.map((column) => ({ ...column, nullable: true }));
    const { Row } = document(3, { schema: { ...classification, columns } })["components"].schemas;
    expect(Row.properties.job.enum).toEqual(["admin.", "student", null]);
    expect(Row).not.toHaveProperty("required");
  });

  test("what it answers", () => {
    const answerOf = (more: Partial<SwaggerSource>): Json => document(2, more)["definitions"];
    expect(answerOf({}).ServiceOutput.properties.result.items).toEqual({ type: "string", enum: ["no", "yes"] });
    expect(answerOf({}).ServiceInput.properties.method.enum).toEqual(["predict", "predict_proba"]);
    expect(answerOf({ schema: regression }).ServiceOutput.properties.result.items).toEqual({ type: "number" });
    expect(answerOf({ schema: regression }).ServiceInput.properties.method.enum).toEqual(["predict"]);
    expect(answerOf({ resultAsString: true }).ServiceOutput).toMatchObject({ type: "string" });
  });

  test("explanations, of every column of the model", () => {
    const { ServiceInput, ServiceOutput } = document(2)["definitions"];
    expect(ServiceInput.properties.explain).toMatchObject({ type: "boolean", default: false });
    const { properties } = ServiceOutput.properties.explanations.items;
    expect(Object.keys(properties.contributions.properties)).toEqual(["age", "job", "duration", "since"]);
    expect(properties.scale.enum).toContain("logOdds");
    expect(properties.exact.type).toBe("boolean");
    expect(ServiceOutput.required).toEqual(["result"]);
  });

  test.each(["key", "token", "none"] as const)("security by auth mode %s", (authMode) => {
    const openapi = document(3, { authMode });
    const { security, responses } = openapi["paths"]["/score"].post;
    const isOpen = authMode === "none";
    expect(security).toEqual(isOpen ? undefined : [{ Bearer: [] }]);
    expect("401" in responses).toBe(!isOpen);
    expect(openapi["components"].securitySchemes?.Bearer?.type).toBe(isOpen ? undefined : "http");
    expect(document(2, { authMode })["paths"]["/score"].post.security).toEqual(security);
    // "Authorize" of a page asks for what some operation needs.
    const scoring = Object.values(openapi["paths"] as Json).filter((path) => "post" in path);
    expect(scoring.filter((path) => (path.post.security === undefined) !== isOpen)).toEqual([]);
    expect(openapi["paths"]["/"].get).not.toHaveProperty("security");
  });

  test("a model that does not say what it takes", () => {
    const schema: ScoringSchema = {
      algorithm: "pyfunc",
      task: null,
      target: null,
      columns: [],
      labels: [],
      probabilities: false,
      explanations: false,
    };
    const { Row, ServiceOutput } = document(3, { schema })["components"].schemas;
    expect(Row).toEqual({ type: "object", properties: {}, example: {} });
    expect(ServiceOutput.properties.result.items).toEqual({});
  });

  test.each([2, 3] as const)("version %d: every reference leads somewhere", (version) => {
    const swagger = document(version);
    const references = JSON.stringify(swagger).matchAll(/"\$ref":"#\/([^"]+)"/g);
    let count = 0;
    for (const [, path] of references) {
      expect((path as string).split("/").reduce<Json>((at, step) => at[step], swagger)).toBeDefined();
      count++;
    }
    expect(count).toBeGreaterThan(5);
  });
});
