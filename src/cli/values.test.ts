import * as fc from "fast-check";
import { expect, test } from "vitest";
import { sizeOption } from "./values.ts";

const mebibyte = 2 ** 20;

test("a size is a number and M, G or T, counted in 1024", () => {
  const units = fc.constantFrom(["M", mebibyte], ["g", 2 ** 30], ["GiB", 2 ** 30], ["Mb", mebibyte], ["T", 2 ** 40]);
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 999_999 }), units, (number, [unit, bytes]) => {
      expect(sizeOption({ size: `${number}${unit}` }, "size", mebibyte)).toBe(number * Number(bytes));
    }),
  );
  expect(sizeOption({ size: "1.5 GB" }, "size", mebibyte)).toBe(1.5 * 2 ** 30);
  expect(sizeOption({}, "size", mebibyte)).toBeUndefined();
});

test.each(["", "4", "G", "-1G", "1e3M", "4 K", "4GG", "0x4G", "4G more", "255M", "0G", "NaNM"])(
  "%j is none",
  (size) => {
    expect(() => sizeOption({ size }, "size", 256 * mebibyte)).toThrow(
      expect.objectContaining({ code: "SLW_CLI_VALUE" }),
    );
  },
);
