import { expect, test } from "vitest";
import { acceptedEncodings } from "./encoding.ts";

test.each<[string | undefined, (string | null)[]]>([
  [undefined, [null]],
  ["", [null]],
  ["identity", [null]],
  ["gzip", ["gzip", null]],
  ["gzip, deflate, br, zstd", ["br", "gzip", null]],
  ["BR", ["br", null]],
  ["br;q=0, gzip;q=0.5", ["gzip", null]],
  ["br; q=0.000,*", ["gzip", null]],
  ["*", ["br", "gzip", null]],
  ["*;q=0", [null]],
  ["br;q=x", [null]],
  ["brotli, x-gzip", [null]],
])("of Accept-Encoding %j", (header, expected) => {
  expect(acceptedEncodings(header).map(({ name }) => name)).toEqual(expected);
});
