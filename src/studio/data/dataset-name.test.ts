import fc from "fast-check";
import { expect, test } from "vitest";
import { datasetNameOf } from "./dataset-name.ts";

test.each([
  ["bankmarketing.csv", "bankmarketing"],
  ["My bank (1).CSV", "My-bank-1"],
  ["Größe.parquet", "Gro-e"],
  ["../../etc/passwd", "etc-passwd"],
  ["data.v2.csv", "data.v2"],
  ["__.csv", "data"],
  ["银行.csv", "data"],
  [".csv", "data"],
])("%s becomes %s", (fileName, name) => {
  expect(datasetNameOf(fileName)).toBe(name);
});

test("is a name that the server takes, whatever the file is called", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme", maxLength: 300 }), (fileName) => {
      expect(datasetNameOf(fileName)).toMatch(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,127}$/);
    }),
  );
});
