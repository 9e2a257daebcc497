import { expect, test } from "vitest";
import { viewSearch } from "./view-search.ts";

test.each([
  ["", ""],
  ["?", ""],
  ["?sel=%5B%22a%22%5D", ""],
  ["?q=status%3Afailed&sel=a&sort=-start", "?q=status%3Afailed&sort=-start"],
  ["?q=größer", "?q=gr%C3%B6%C3%9Fer"],
])("of %j a view keeps %j", (search, kept) => {
  expect(viewSearch(search)).toBe(kept);
  expect(viewSearch(kept)).toBe(kept);
});
