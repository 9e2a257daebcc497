import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { cardLines, shownColumns, tracksOf } from "./columns.ts";
import { movedTo } from "./movement.ts";
import { rowsBetween } from "./row-range.ts";
import { allToggled, movedRange, toggled, withRange } from "./selection.ts";
import type { Column } from "./types.ts";

const order = ["a", "b", "c", "d", "e"];

describe("selection", () => {
  test("toggles one", () => {
    expect(toggled(["a"], "b")).toEqual(["a", "b"]);
    expect(toggled(["a", "b"], "a")).toEqual(["b"]);
    expect(toggled(["a", "b"], "c", 2)).toEqual(["a", "b"]);
    expect(toggled(["a", "b"], "a", 2)).toEqual(["b"]);
  });

  test.each([
    ["down", [], 1, 3, Infinity, ["b", "c", "d"]],
    ["up", [], 3, 1, Infinity, ["d", "c", "b"]],
    ["with what is selected already", ["e", "c"], 1, 2, Infinity, ["e", "c", "b"]],
    ["up to the most", ["e"], 0, 4, 3, ["e", "a", "b"]],
    ["of one row", [], 2, 2, Infinity, ["c"]],
  ])("puts in a range %s", (_name, ids, anchor, to, max, expected) => {
    expect(withRange(ids, order, anchor, to, max)).toEqual(expected);
  });

  test("a range that shrinks lets go of what it held", () => {
    expect(movedRange(["e", "a", "b", "c"], order, { anchor: 0, last: 2, to: 1 })).toEqual(["e", "a", "b"]);
    expect(movedRange(["c", "d"], order, { anchor: 2, last: 3, to: 1 })).toEqual(["c", "b"]);
  });

  test("steps of one range end as one step would", () => {
    fc.assert(
      fc.property(fc.nat(4), fc.array(fc.nat(4), { minLength: 1 }), (anchor, steps) => {
        let ids: string[] = [];
        let last = anchor;
        for (const to of steps) {
          ids = movedRange(ids, order, { anchor, last, to });
          last = to;
        }
        expect(ids.toSorted()).toEqual(withRange([], order, anchor, last).toSorted());
      }),
    );
  });

  test("all, and none again, but for rows that are not loaded", () => {
    expect(allToggled(["z", "b"], order)).toEqual(["z", "b", "a", "c", "d", "e"]);
    expect(allToggled(["z", ...order], order)).toEqual(["z"]);
    expect(allToggled([], order, 2)).toEqual(["a", "b"]);
  });
});

describe("movement", () => {
  test.each([
    ["j", -1, 0],
    ["ArrowDown", 3, 4],
    ["ArrowDown", 4, 4],
    ["k", 2, 1],
    ["ArrowUp", -1, 0],
    ["ArrowUp", 0, 0],
    ["Home", 3, 0],
    ["End", 0, 4],
    ["PageDown", 0, 2],
    ["PageUp", 4, 2],
    ["PageUp", 1, 0],
  ])("%s from %d leads to %d", (key, at, expected) => {
    expect(movedTo(key, at, 5, 3)).toBe(expected);
  });

  test("other keys and empty tables move nothing", () => {
    expect(movedTo("Enter", 1, 5, 3)).toBeNull();
    expect(movedTo("j", -1, 0, 3)).toBeNull();
  });

  test("a page of one row still moves", () => {
    expect(movedTo("PageDown", 0, 5, 0)).toBe(1);
  });
});

describe("rows in sight", () => {
  test.each([
    [0, 544, 0, { first: 0, last: 15 }],
    [0, 540, 0, { first: 0, last: 14 }],
    [36, 540, 0, { first: 1, last: 15 }],
    [35, 540, 0, { first: 0, last: 15 }],
    [0, 544, 6, { first: 0, last: 21 }],
    [3600, 544, 6, { first: 94, last: 121 }],
    // Pulled beyond its beginning, and closed.
    [-40, 540, 0, { first: 0, last: 14 }],
    [72, 0, 0, { first: 2, last: 2 }],
  ])("at %d px, with room of %d px and %d around", (top, room, around, expected) => {
    expect(rowsBetween(top, room, 36, around)).toEqual(expected);
  });

  test("are all rows of which a pixel is seen, and no other", () => {
    fc.assert(
      fc.property(fc.nat(400_000), fc.integer({ min: 1, max: 1440 }), fc.constantFrom(36, 56), (top, room, height) => {
        const { first, last } = rowsBetween(top, room, height, 0);
        expect([first * height <= top, (first + 1) * height > top]).toEqual([true, true]);
        expect([last * height < top + room, (last + 1) * height >= top + room]).toEqual([true, true]);
      }),
    );
  });
});

describe("columns", () => {
  const column = (id: string, more: Partial<Column<null>> = {}): Column<null> => ({
    id,
    header: id,
    cell: () => id,
    ...more,
  });
  const ids = (columns: readonly Column<null>[]): string[] => columns.map(({ id }) => id);

  test("are hidden but for the first and those that may not be", () => {
    const columns = [column("a"), column("b", { hideable: false }), column("c")];
    expect(ids(shownColumns(columns, ["a", "b", "c"]))).toEqual(["a", "b"]);
    expect(ids(shownColumns(columns))).toEqual(["a", "b", "c"]);
  });

  test("have tracks with a smallest width", () => {
    const tracks = tracksOf([column("a"), column("b", { width: 120 }), column("c", { width: "3fr" })], true);
    expect(tracks).toEqual({
      template: "36px minmax(180px, 2fr) 120px minmax(96px, 3fr)",
      minWidth: 36 + 180 + 120 + 96,
    });
  });

  test("stand in the lines of a card", () => {
    const plain = [column("a"), column("b"), column("c"), column("d")];
    expect(cardLines(plain).map(ids)).toEqual([["a"], ["b", "c"]]);
    const marked = [column("a"), column("b", { cardPrimary: true }), column("c"), column("d", { cardSecondary: true })];
    expect(cardLines(marked).map(ids)).toEqual([["b"], ["d"]]);
  });
});
