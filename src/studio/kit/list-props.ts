/** What a DataTable takes of a list and of how its address sorts it: spread over its props. */
import type { DataTableProps, Sort } from "./table/types.ts";

/** As the query of a list by pages answers. */
interface PagedList<Row> {
  readonly data: { readonly pages: readonly { readonly items: readonly Row[] }[] } | undefined;
  readonly hasNextPage: boolean;
  readonly fetchNextPage: () => Promise<unknown>;
}

export type ListPages<Row> = Required<Pick<DataTableProps<Row>, "rows" | "hasMore" | "onMore">>;

/** The pages that are there as one list, which goes on as one scrolls. */
export function pagesOf<Row>({ data, hasNextPage, fetchNextPage }: PagedList<Row>): ListPages<Row> {
  return {
    rows: data?.pages.flatMap(({ items }) => items) ?? [],
    hasMore: hasNextPage,
    onMore: () => void fetchNextPage(),
  };
}

/** @param text as an address and the server write it: "-updated" for the largest first; undefined: in no order */
export function sortedBy<Text extends string>(text: Text | undefined, onSort: (text: Text) => void) {
  return {
    sort: text === undefined ? undefined : { by: text.replace(/^-/, ""), descending: text.startsWith("-") },
    onSort: ({ by, descending }: Sort) => onSort(`${descending ? "-" : ""}${by}` as Text),
  };
}
