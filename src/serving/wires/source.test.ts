/** Where a wire says that the rows stand in the body there are the rows that it scores: what is collected is what was scored. */
import { expect, test } from "vitest";
import { createSlipwayBackend } from "../backends/index.ts";
import { defaultSettings } from "../config/index.ts";
import { row, testModel } from "../test-model.ts";
import { findWire } from "./index.ts";
import type { ParsedRequest } from "./types.ts";

async function parse(path: string, mediaType: string, body: string): Promise<ParsedRequest> {
  const { schema } = await createSlipwayBackend(testModel);
  const request = { path, query: "", mediaType, accept: null, body: Buffer.from(body), schema };
  const wire = findWire(path, mediaType);
  if (wire === null) throw new Error(`no wire takes ${mediaType} at ${path}`);
  return wire.parse({ ...request, settings: defaultSettings, model: { name: "bank", version: 1 } });
}

const rows = [row, { ...row, other: [1, { data: [] }] }, Object.values(row)];
const json = "application/json";

test.each<[string, string, unknown]>([
  ["data", "/score", { method: "predict", data: rows }],
  ["Inputs.data", "/score", { Inputs: { data: rows }, GlobalParameters: 1 }],
  ["input_data", "/score", { input_data: rows }],
  ["dataframe_records", "/invocations", { dataframe_records: rows }],
  ["instances", "/invocations", { instances: rows }],
  ["inputs", "/invocations", { inputs: rows }],
])("%s at %s", async (rowsAt, path, body) => {
  for (const text of [JSON.stringify(body), `\ufeff${JSON.stringify(body, null, 2)}\n`]) {
    const parsed = await parse(path, json, text);
    expect(parsed.source?.rowsAt).toBe(rowsAt);
    let found = JSON.parse(String(parsed.source?.body)) as Record<string, unknown>;
    for (const key of rowsAt.split(".")) found = found[key] as Record<string, unknown>;
    expect(found).toEqual(parsed.rows.rows);
  }
});

const names = Object.keys(row);
const frame = { columns: names, data: [Object.values(row)] };

test.each<[string, string, string, string]>([
  ["a data frame", "/score", json, JSON.stringify({ input_data: frame })],
  ["MLflow's data frame", "/invocations", json, JSON.stringify({ dataframe_split: frame })],
  ["columns", "/invocations", json, JSON.stringify({ inputs: { age: [57], job: ["student"] } })],
  ["single values", "/invocations", json, JSON.stringify({ instances: [1, 2] })],
  ["NaN for null", "/invocations", json, '{"dataframe_records":[{"age":57,"job":"student","duration":NaN}]}'],
  ["CSV", "/score", "text/csv", "age,job\n57,student\n"],
  ["JSON Lines", "/score", "application/x-ndjson", `${JSON.stringify(row)}\n`],
])("rows that are arranged anew have none: %s", async (_, path, mediaType, body) => {
  expect((await parse(path, mediaType, body)).source).toBeNull();
});
