import { expect, test } from "vitest";
import { byDrift, driftLevel, schemaChanges } from "./comparison.ts";

test("what moved most stands first, what has no distance last", () => {
  const columns = [0.02, null, 0.4, 0.15].map((populationStabilityIndex) => ({ populationStabilityIndex }));
  expect(byDrift(columns).map((column) => driftLevel(column))).toEqual(["strong", "some", "none", "–"]);
});

test("changes of a schema are said one by one", () => {
  const same = { added: [], removed: [], changed: [], reordered: false };
  expect(schemaChanges(same)).toEqual([]);
  const added = [{ name: "age", type: "numeric" as const }];
  const changed = [{ name: "id", from: "numeric" as const, to: "string" as const }];
  expect(schemaChanges({ ...same, added, changed, reordered: true })).toEqual([
    "age (numeric) is new.",
    "id was numeric, and is string.",
    "The columns stand in another order.",
  ]);
});
