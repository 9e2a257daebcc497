import { expect, test } from "vitest";
import { isOpened, withOpened } from "./opened.ts";

test.each([
  [undefined, false, true],
  [["a"], true, true],
  [["-a"], false, false],
  [["b", "-b", ""], false, true],
])("where the address says %j, a part is open: %s, and one that is open by default: %s", (opened, closed, open) => {
  expect(isOpened(opened, "a", false)).toBe(closed);
  expect(isOpened(opened, "a", true)).toBe(open);
});

test("only what is not as by default is in the address", () => {
  expect(withOpened(undefined, "a", true, false)).toEqual(["a"]);
  expect(withOpened(undefined, "a", false, true)).toEqual(["-a"]);
  expect(withOpened(["a", "b"], "a", false, false)).toEqual(["b"]);
  expect(withOpened(["-a"], "a", true, true)).toBe(undefined);
  // The default has changed with the data meanwhile.
  expect(withOpened(["a"], "a", false, true)).toEqual(["-a"]);
});
