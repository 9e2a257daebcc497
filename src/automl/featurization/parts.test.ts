import { describe, expect, test } from "vitest";
import { drawParts, isBaseRow, outOfPartSums } from "./parts.ts";

const rowsOf = (...rows: number[]): Uint32Array => Uint32Array.from(rows);
const rest = (total: number, valid: Uint32Array): Uint32Array =>
  Uint32Array.from({ length: total }, (_, row) => row).filter((row) => !valid.includes(row));
const fold = (total: number, ...valid: number[]) => ({ train: rest(total, rowsOf(...valid)), valid: rowsOf(...valid) });

describe("drawParts", () => {
  test("with cross-validation the parts are the folds", () => {
    const parts = drawParts(6, [fold(6, 0, 3), fold(6, 1, 4), fold(6, 2, 5)], 1);
    expect(parts).toEqual({ count: 3, folds: 3, of: Uint8Array.of(0, 1, 2, 0, 1, 2) });
    expect([0, 1, 2].every((row) => isBaseRow(parts, row))).toBe(true);
  });

  test("with a holdout the training rows make five parts among themselves", () => {
    const parts = drawParts(103, [fold(103, 7, 8, 9)], 1);
    const counts = new Uint32Array(parts.count);
    for (const part of parts.of) counts[part]++;
    expect(Array.from(counts)).toEqual([3, 20, 20, 20, 20, 20]);
    expect(isBaseRow(parts, 7)).toBe(false);
    expect(isBaseRow(parts, 6)).toBe(true);
    expect(drawParts(103, [fold(103, 7, 8, 9)], 1)).toEqual(parts);
    expect(drawParts(103, [fold(103, 7, 8, 9)], 2)).not.toEqual(parts);
  });
});

describe("outOfPartSums", () => {
  test("folds: the sum of the others", () => {
    const sums = Float64Array.of(1, 10, 2, 20, 4, 40);
    const parts = { count: 3, folds: 3, of: new Uint8Array(0) };
    expect(Array.from(outOfPartSums(sums, parts, 2))).toEqual([7, 70]);
    expect(Array.from(sums)).toEqual([6, 60, 5, 50, 3, 30]);
  });

  test("inner parts never know of validation rows, validation rows know of all inner parts", () => {
    const sums = Float64Array.of(100, 1, 2, 4, 8, 16);
    const parts = { count: 6, folds: 1, of: new Uint8Array(0) };
    expect(Array.from(outOfPartSums(sums, parts, 1))).toEqual([131]);
    expect(Array.from(sums)).toEqual([31, 30, 29, 27, 23, 15]);
  });
});
