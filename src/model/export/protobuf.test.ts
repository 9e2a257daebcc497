import fc from "fast-check";
import { expect, test } from "vitest";
import { bytesField, integerField, integersField, message, textField } from "./protobuf.ts";

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

test.each([
  // The examples of protobuf.dev/programming-guides/encoding.
  ["150 as field 1", integerField(1, 150), "089601"],
  ['"testing" as field 2', textField(2, "testing"), "120774657374696e67"],
  ["a message in field 3", bytesField(3, integerField(1, 150)), "1a03089601"],
  ["packed numbers in field 6", integersField(6, [3, 270, 86_942]), "3206038e029ea705"],
  ["-2: ten bytes of two's complement", integerField(1, -2), "08feffffffffffffffff01"],
  ["a field number above 15", integerField(20, 2), "a00102"],
  ["text beyond ASCII", textField(1, "é"), "0a02c3a9"],
  ["nothing", message(), ""],
])("%s", (_name, bytes, expected) => {
  expect(hex(bytes)).toBe(expected);
});

test("every safe whole number reads back", () => {
  fc.assert(
    fc.property(fc.maxSafeInteger(), (value) => {
      const digits = integerField(1, value).subarray(1);
      const read = digits.reduce((sum, digit, i) => sum + (BigInt(digit & 127) << BigInt(7 * i)), 0n);
      expect(BigInt.asIntN(64, read)).toBe(BigInt(value));
      expect(digits.every((digit, i) => digit > 127 === i < digits.length - 1)).toBe(true);
    }),
  );
});
