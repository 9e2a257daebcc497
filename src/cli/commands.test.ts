/** The table by which a noun's commands are found without loading those of the others. */
import { expect, test } from "vitest";
import { loadCommands, loadCommandsOf, nouns } from "./commands.ts";
import { count } from "./text.ts";

test("a noun's commands all begin with it", async () => {
  for (const noun of nouns) {
    const names = (await loadCommandsOf(noun)).map(({ name }) => name);
    expect(names.length).toBeGreaterThan(0);
    expect(new Set(names.map((name) => name.split(" ", 1)[0]))).toEqual(new Set([noun]));
  }
});

test("no name stands twice, and none is that of what every object has", async () => {
  const names = (await loadCommands()).map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  expect(await loadCommandsOf("toString")).toEqual([]);
});

test.each([
  [0, "0"],
  [999, "999"],
  [1000, "1,000"],
  [-32950, "-32,950"],
  [1234567.8, "1,234,568"],
])("%s is written %s", (value, text) => {
  expect(count(value)).toBe(text);
});
