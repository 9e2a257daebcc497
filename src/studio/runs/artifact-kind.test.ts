import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { artifactKind, isBinary, readCsv } from "./artifact-kind.ts";
import { foldersAbove, parentOf, treeRows } from "./artifact-tree.ts";

test.each([
  ["a/b.PNG", { kind: "image", mediaType: "image/png" }],
  ["x.csv", { kind: "table", separator: "," }],
  ["x.tsv", { kind: "table", separator: "\t" }],
  ["model.json", { kind: "code", language: "json" }],
  ["notes", { kind: "text" }],
  ["a.json/notes", { kind: "text" }],
])("%s is shown as %j", (path, expected) => {
  expect(artifactKind(path)).toEqual(expected);
});

test("what has a zero byte is no text", () => {
  expect(isBinary(new Uint8Array([65, 0, 66]))).toBe(true);
  expect(isBinary(new TextEncoder().encode("häh"))).toBe(false);
});

describe("a CSV", () => {
  const options = { separator: ",", rows: 100 };

  test.each([
    ["", []],
    [
      "a,b\n1,2\n",
      [
        ["a", "b"],
        ["1", "2"],
      ],
    ],
    [
      "a,b\r\n1,\r\n",
      [
        ["a", "b"],
        ["1", ""],
      ],
    ],
    ['"a,b","c ""d""\ne"\n', [["a,b", 'c "d"\ne']]],
    ["\uFEFFa\n1", [["a"], ["1"]]],
    ["a\n\n1", [["a"], ["1"]]],
    ['"open', [["open"]]],
  ])("%j", (text, expected) => {
    expect(readCsv(text, options)).toEqual(expected);
  });

  test("is read up to so many rows", () => {
    expect(readCsv("a\nb\nc\n", { separator: ",", rows: 2 })).toEqual([["a"], ["b"]]);
  });

  test("gives back what was written", () => {
    const cell = fc.string({ unit: fc.constantFrom("a", '"', ",", "\n", "\r", " ", "ü"), maxLength: 6 });
    const row = fc.tuple(cell, cell, cell);
    fc.assert(
      fc.property(fc.array(row, { maxLength: 6 }), (rows) => {
        const text = rows.map((cells) => cells.map((one) => `"${one.replaceAll('"', '""')}"`).join(",")).join("\r\n");
        expect(readCsv(text, options)).toEqual(rows);
      }),
    );
  });
});

describe("the tree of files", () => {
  const file = (path: string) => ({ path, isFolder: false, size: 1 });
  const folder = (path: string) => ({ path, isFolder: true, size: null });

  test("knows what is above a path", () => {
    expect(foldersAbove("a/b/c")).toEqual(["", "a", "a/b"]);
    expect([parentOf("a/b/c"), parentOf("a")]).toEqual(["a/b", ""]);
  });

  test("has folders first, numbers in their order, and what is in open folders", () => {
    const listings = new Map([
      ["", [file("part-10"), file("part-2"), folder("z")]],
      ["z", [file("z/a")]],
    ]);
    const shown = (open: string[]) =>
      treeRows(listings, new Set(open)).map(({ entry, level }) => `${level} ${entry.path}`);
    expect(shown([])).toEqual(["1 z", "1 part-2", "1 part-10"]);
    expect(shown(["z"])).toEqual(["1 z", "2 z/a", "1 part-2", "1 part-10"]);
    expect(treeRows(new Map([["", [folder("z")]]]), new Set(["z"]))).toMatchObject([
      { isOpen: true, isLoading: true, siblings: 1 },
    ]);
  });
});
