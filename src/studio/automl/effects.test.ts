import { expect, test } from "vitest";
import type { ColumnEffects } from "../../contract/index.ts";
import { dependencePoints, labelOf, swarmPoints } from "./effects.ts";

const effects: ColumnEffects = {
  rows: 3,
  scale: "logOdds",
  outputs: ["yes"],
  labels: ["no", "yes"],
  columns: [
    {
      name: "age",
      type: "numeric",
      values: [1, null, 3],
      positions: [0, null, 1],
      contributions: [[0.1, 0, -0.2]],
      dependence: {
        values: [1, 3],
        means: [
          [0.9, 0.4],
          [0.1, 0.6],
        ],
      },
    },
    {
      name: "job",
      type: "string",
      values: ["a", "b", "a"],
      positions: [null, null, null],
      contributions: null,
      dependence: null,
    },
  ],
};

test("a dot for each row of the columns that have contributions", () => {
  expect(swarmPoints(effects, 0)).toEqual([
    { column: "age", contribution: 0.1, value: 0, text: "1" },
    { column: "age", contribution: 0, value: null, text: "empty" },
    { column: "age", contribution: -0.2, value: 1, text: "3" },
  ]);
});

test("no more dots than a picture holds", () => {
  const rows = 500;
  const column = (name: string) => ({
    name,
    type: "numeric" as const,
    values: Array.from({ length: rows }, (_, row) => row),
    positions: Array.from({ length: rows }, () => 0.5),
    contributions: [Array.from({ length: rows }, () => 1)],
    dependence: null,
  });
  const many = { ...effects, rows, columns: Array.from({ length: 20 }, (_, at) => column(`c${at}`)) };
  const points = swarmPoints(many, 0);
  expect(points.length).toBeLessThanOrEqual(2000);
  expect(new Set(points.map((point) => point.column)).size).toBe(10);
});

test("the mean answers of the label that is chosen, of two the second", () => {
  expect(labelOf(effects, undefined)).toEqual({ label: 1, output: 0 });
  expect(labelOf(effects, "no")).toEqual({ label: 0, output: 0 });
  const [age, job] = effects.columns;
  expect(dependencePoints(age as never, 1)).toEqual([
    { value: 1, prediction: 0.1 },
    { value: 3, prediction: 0.6 },
  ]);
  expect(dependencePoints(job as never, 1)).toEqual([]);
});
