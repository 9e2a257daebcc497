export { filterError, parseFilter, type Clause, type Value } from "./clauses.ts";
export { parseIdentifier, pythonSet, type EntityType } from "./identifiers.ts";
export { parseOrderBy, type OrderBy } from "./order-by.ts";
