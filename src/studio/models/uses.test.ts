import { expect, test } from "vitest";
import { shellWord } from "./rest.ts";
import { endpointsOf } from "./uses.ts";

test("deployments of one endpoint are one; other uses are none", () => {
  const uses = [
    { kind: "deployment", name: "bank/blue" },
    { kind: "release", name: "bank/blue" },
    { kind: "deployment", name: "churn/green" },
    { kind: "deployment", name: "bank/green" },
    { kind: "deployment", name: "odd" },
  ];
  expect(endpointsOf(uses)).toEqual([
    { endpoint: "bank", deployments: ["blue", "green"] },
    { endpoint: "churn", deployments: ["green"] },
  ]);
});

test.each([
  ["bank@3", "bank@3"],
  ["my model@3", "'my model@3'"],
  ["it's", "'it'\\''s'"],
  ["$(id)", "'$(id)'"],
])("%s is the word %s of a shell", (text, word) => {
  expect(shellWord(text)).toBe(word);
});
