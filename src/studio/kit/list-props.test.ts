import { expect, test, vi } from "vitest";
import { pagesOf, sortedBy } from "./list-props.ts";

test("pages are one list, and the next is asked for by the table", () => {
  const fetchNextPage = vi.fn<() => Promise<void>>();
  const data = { pages: [{ items: ["a", "b"] }, { items: ["c"] }] };
  const list = pagesOf({ data, hasNextPage: true, fetchNextPage });
  expect(list).toMatchObject({ rows: ["a", "b", "c"], hasMore: true });
  list.onMore();
  expect(fetchNextPage).toHaveBeenCalledOnce();
  expect(pagesOf({ data: undefined, hasNextPage: false, fetchNextPage }).rows).toEqual([]);
});

test.each([
  ["name", { by: "name", descending: false }],
  ["-updated", { by: "updated", descending: true }],
])("%s in an address is a sort, and back", (text, sort) => {
  const onSort = vi.fn<(text: string) => void>();
  const props = sortedBy(text, onSort);
  expect(props.sort).toEqual(sort);
  props.onSort(sort);
  expect(onSort).toHaveBeenCalledWith(text);
});

test("without a sort in the address no column is marked", () => {
  expect(sortedBy(undefined, () => {}).sort).toBeUndefined();
});
