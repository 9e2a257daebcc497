/** One entry of order_by: an identifier, then perhaps ASC or DESC. */
import { filterError } from "./clauses.ts";
import { tokenize } from "./tokens.ts";

export interface OrderBy {
  readonly identifier: string;
  readonly descending: boolean;
}

/** @throws SLW_TRACKING_FILTER */
export function parseOrderBy(text: string): OrderBy {
  const [identifier, direction, ...rest] = tokenize(text);
  if (identifier?.kind !== "name" || rest.length > 0 || (direction && direction.kind !== "name")) {
    throw filterError(`Invalid order_by clause '${text}'. Could not be parsed.`);
  }
  const word = direction?.raw.toLowerCase() ?? "asc";
  if (word !== "asc" && word !== "desc") throw filterError(`Invalid ordering key in order_by clause '${text}'.`);
  return { identifier: identifier.raw, descending: word === "desc" };
}
