import { expect, test } from "vitest";
import { deriveBody } from "./derive-body.ts";
import { readOptionsOf } from "./read-choice.ts";

test.each([
  [{}, undefined],
  [{ delimiter: ";" }, { delimiter: ";" }],
  [
    { header: false, nulls: "?, -" },
    { header: false, nulls: ["?", "-"] },
  ],
  [{ nulls: "" }, undefined],
])("%j is sent as %j", (choice, options) => {
  expect(readOptionsOf(choice)).toEqual(options);
});

const choice = { kind: "filter", name: "a", restName: "b", percent: 25, column: "age", is: ">", value: "30" } as const;

test.each([
  [choice, { name: "a", steps: [{ step: "filter", where: [{ column: "age", is: ">", value: 30 }] }] }],
  [
    { ...choice, value: "x" },
    { name: "a", steps: [{ step: "filter", where: [{ column: "age", is: ">", value: "x" }] }] },
  ],
  [
    { ...choice, kind: "sample" as const },
    { name: "a", steps: [{ step: "take_sample", probability: 0.25, seed: 0 }] },
  ],
  [
    { ...choice, kind: "split" as const },
    { name: "a", restName: "b", steps: [{ step: "random_split", percentage: 0.25, seed: 0 }] },
  ],
])("%j becomes %j", (given, body) => {
  expect(deriveBody(given)).toEqual(body);
});
