import type { PageRequest } from "../store/index.ts";

/** Items of a page where the client does not say how many. */
const defaultLimit = 50;

/** What a list's query says of the page: see listQuery in the contract. */
export function pageRequest(query: { limit?: number; cursor?: string; sort?: string }): PageRequest {
  return { limit: query.limit ?? defaultLimit, cursor: query.cursor, sort: query.sort };
}
