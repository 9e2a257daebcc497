import { expect, test } from "vitest";
import { csvOf } from "./csv.ts";

test.each([
  ["plain", ["a", 1.5, null], "a,1.5,"],
  ["comma, quote and line break", ["a,b", 'say "x"', "two\nlines"], '"a,b","say ""x""","two\nlines"'],
  ["formulas", ["=1+1", "+x", "-x", "@x", "\tx"], "'=1+1,'+x,'-x,'@x,'\tx"],
  ["a formula in need of quotes", ['=HYPERLINK("x","y")'], '"\'=HYPERLINK(""x"",""y"")"'],
  ["numbers below zero stay numbers", [-2, 1e-7], "-2,1e-7"],
])("CSV of %s", (_name, row, line) => {
  expect(csvOf({ columns: ["x"], rows: [row] })).toBe(`\ufeffx\r\n${line}\r\n`);
});
