import { expect, test } from "vitest";
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
