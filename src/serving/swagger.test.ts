import { describe, expect, test } from "vitest";
import { swaggerDocument } from "./swagger.ts";
import { regressionModel, testModel } from "./test-model.ts";

// oxlint-disable-next-line typescript/no-explicit-any -- documents are taken apart freely here
type Json = Record<string, any>;
const document = (version: 2 | 3, model = testModel): Json =>
  swaggerDocument(model, "bank", "http://127.0.0.1:8080", version) as Json;

describe("the Swagger document", () => {
  test("2.0, by Azure ML's names", () => {
    const swagger = document(2);
    expect(swagger).toMatchObject({ swagger: "2.0", info: { title: "bank" }, host: "127.0.0.1:8080" });
    expect(Object.keys(swagger.paths)).toEqual(["/", "/score", "/swagger.json"]);
    expect(Object.keys(swagger.definitions)).toEqual(["ServiceInput", "ServiceOutput", "ErrorResponse"]);
    expect(swagger.securityDefinitions.Bearer).toMatchObject({ type: "apiKey", in: "header", name: "Authorization" });
  });

  test("3.0 has the same operations", () => {
    const openapi = document(3);
    expect(openapi).toMatchObject({ openapi: "3.0.3", servers: [{ url: "http://127.0.0.1:8080" }] });
    expect(openapi.paths["/score"].post.requestBody.content["application/json"].schema.$ref).toBe(
      "#/components/schemas/ServiceInput",
    );
    expect(Object.keys(openapi.paths)).toEqual(Object.keys(document(2).paths));
  });

  test("the model's columns with types, enumerations and an example row", () => {
    const row = document(2).definitions.ServiceInput.properties.data.items;
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
      since: { type: "string", format: "date-time", "x-nullable": true, example: "2020-02-29" },
    });
    expect(row.required).toEqual(["age", "job"]);
    expect(row.example).toEqual({ age: 41, job: "admin.", duration: 1.5, since: "2020-02-29" });
    expect(document(3).components.schemas.ServiceInput.properties.data.items.properties.since).toMatchObject({
      nullable: true,
    });
  });

  test("what it answers", () => {
    expect(document(2).definitions.ServiceOutput.properties.result.items).toEqual({
      type: "string",
      enum: ["no", "yes"],
    });
    expect(document(2, regressionModel).definitions.ServiceOutput.properties.result.items).toEqual({ type: "number" });
    expect(document(2).definitions.ServiceInput.properties.method.enum).toEqual(["predict", "predict_proba"]);
    expect(document(2, regressionModel).definitions.ServiceInput.properties.method.enum).toEqual(["predict"]);
  });

  test("explanations, of every column of the model", () => {
    const { ServiceInput, ServiceOutput } = document(2).definitions;
    expect(ServiceInput.properties.explain).toMatchObject({ type: "boolean", default: false });
    const { properties } = ServiceOutput.properties.explanations.items;
    expect(Object.keys(properties.contributions.properties)).toEqual(["age", "job", "duration", "since"]);
    expect(properties.scale.enum).toEqual(["logOdds"]);
    expect(ServiceOutput.required).toEqual(["result"]);
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
