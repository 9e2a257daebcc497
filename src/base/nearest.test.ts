import { expect, test } from "vitest";
import { nearest } from "./nearest.ts";

test.each([
  ["autml", "automl"],
  ["autmol", "automl"],
  ["AUTOML", "automl"],
  ["srve", "serve"],
  ["perdict", "predict"],
  ["x", null],
  ["deploy", null],
])("%s is nearest to %s", (word, expected) => {
  expect(nearest(word, ["profile", "automl", "predict", "serve"])).toBe(expected);
});

test("of equals, the first", () => expect(nearest("ab", ["aa", "bb"])).toBe("aa"));
