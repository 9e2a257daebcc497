import { expect, test } from "vitest";
import { bestLayout, boxHeight, boxWidth, fitScale, layoutGraph, neighbour } from "./layout.ts";

const chain = ["a", "b", "c"].map((name, index, all) => ({
  name,
  type: "command",
  needs: all.slice(Math.max(0, index - 1), index),
}));
const diamond = [
  { name: "top", type: "", needs: [] },
  { name: "left", type: "", needs: ["top"] },
  { name: "right", type: "", needs: ["top"] },
  { name: "end", type: "", needs: ["left", "right"] },
];

test.each(["down", "right"] as const)(
  "boxes do not lie on each other, and are within the picture (%s)",
  (direction) => {
    const { boxes, arrows, width, height } = layoutGraph(diamond, direction);
    expect(arrows.map(({ from, to }) => `${from}>${to}`).toSorted()).toEqual([
      "left>end",
      "right>end",
      "top>left",
      "top>right",
    ]);
    for (const [index, box] of boxes.entries()) {
      expect(box.x).toBeGreaterThanOrEqual(0);
      expect(box.x + boxWidth).toBeLessThanOrEqual(width);
      expect(box.y + boxHeight).toBeLessThanOrEqual(height);
      for (const other of boxes.slice(index + 1))
        expect(Math.abs(box.x - other.x) >= boxWidth || Math.abs(box.y - other.y) >= boxHeight).toBe(true);
    }
  },
);

test("a chain lies along the longer side of its frame", () => {
  expect(bestLayout(chain, { width: 1000, height: 200 }).width).toBeGreaterThan(600);
  expect(bestLayout(chain, { width: 300, height: 900 }).width).toBeLessThan(300);
});

test("nothing to show has no size, and is not made smaller", () => {
  expect(layoutGraph([], "down")).toEqual({ width: 0, height: 0, boxes: [], arrows: [] });
  expect(fitScale({ width: 0, height: 0 }, { width: 10, height: 10 })).toBe(1);
  expect(fitScale({ width: 200, height: 50 }, { width: 100, height: 100 })).toBe(0.5);
});

test("arrow keys lead to the nearest box on their side", () => {
  const placed = layoutGraph(diamond, "down");
  expect(neighbour(placed, "left", "ArrowRight") ?? neighbour(placed, "left", "ArrowLeft")).toBe("right");
  expect(neighbour(placed, "left", "ArrowDown")).toBe("end");
  expect(neighbour(placed, "end", "ArrowDown")).toBeNull();
  expect(neighbour(placed, "absent", "ArrowDown")).toBe("top");
  expect([neighbour(placed, "left", "Home"), neighbour(placed, "left", "End")]).toEqual(["top", "end"]);
});
