/**
 * MLflow's filter grammar: clauses joined by AND, each an identifier, a comparator and a value. What the identifiers
 * mean is for the search that uses it. The texts of errors are MLflow's, since its clients look at them.
 */
import { SlipwayError } from "../../base/index.ts";
import { isQuoted, tokenize, unquote, type Token } from "./tokens.ts";

export interface Clause {
  /** As it stands in the filter: "metrics.`mean error`". */
  readonly identifier: string;
  /** In capitals; may be one that nobody knows ("~"): which ones are allowed depends on the identifier. */
  readonly comparator: string;
  /** Null for IS NULL and IS NOT NULL. */
  readonly value: Value | null;
}

export type Value =
  | { readonly kind: "number"; readonly raw: string }
  | { readonly kind: "text"; readonly raw: string; readonly text: string }
  /** Something without quotes, or in backticks. */
  | { readonly kind: "name"; readonly raw: string }
  | { readonly kind: "list"; readonly raw: string; readonly items: readonly string[] };

/** @throws SLW_TRACKING_FILTER */
export function parseFilter(filter: string): Clause[] {
  const reader = createReader(tokenize(filter), filter);
  const clauses: Clause[] = [];
  while (!reader.atEnd()) {
    if (clauses.length > 0) reader.takeAnd();
    clauses.push(readClause(reader));
  }
  return clauses;
}

export function filterError(message: string): SlipwayError {
  return new SlipwayError("SLW_TRACKING_FILTER", message);
}

interface Reader {
  atEnd(): boolean;
  /** Words (IN, LIKE) in capitals; "" at the end. */
  peek(ahead?: number): string;
  take(): Token;
  takeAnd(): void;
  /** The error for what is left. */
  invalid(from?: number): SlipwayError;
  position(): number;
}

const keywords = new Set(["AND", "OR", "NOT", "IN", "IS", "NULL", "LIKE", "ILIKE", "TRUE", "FALSE", "BETWEEN"]);

function createReader(tokens: readonly Token[], filter: string): Reader {
  let at = 0;
  const semicolon = tokens.findIndex(({ kind }) => kind === "semicolon");
  if (semicolon >= 0 && semicolon < tokens.length - 1) {
    throw filterError(`Search filter contained multiple expression '${filter}'. Provide AND-ed expression list.`);
  }
  const reader: Reader = {
    atEnd: () => at >= tokens.length,
    peek: (ahead = 0) => {
      const token = tokens[at + ahead];
      return token?.kind === "name" ? token.raw.toUpperCase() : (token?.raw ?? "");
    },
    take() {
      const token = tokens[at];
      if (token === undefined) throw reader.invalid();
      at++;
      return token;
    },
    takeAnd() {
      if (reader.peek() !== "AND") throw reader.invalid();
      at++;
      if (reader.atEnd()) throw reader.invalid(at - 1);
    },
    invalid(from = at) {
      const rest = tokens.slice(Math.min(from, tokens.length - 1)).map(({ raw }) => `'${raw}'`);
      return filterError(`Invalid clause(s) in filter string: ${rest.join(", ")}`);
    },
    position: () => at,
  };
  return reader;
}

function readClause(reader: Reader): Clause {
  const start = reader.position();
  const left = reader.take();
  if (left.kind === "number" || left.kind === "text") {
    throw filterError(`Invalid comparison clause. Expected 'Identifier' found '${left.raw}'`);
  }
  if (left.kind !== "name" || keywords.has(left.raw.toUpperCase())) throw reader.invalid(start);
  const comparator = readComparator(reader, start);
  if (comparator === "IS NULL" || comparator === "IS NOT NULL")
    return { identifier: left.raw, comparator, value: null };
  return { identifier: left.raw, comparator, value: readValue(reader, start, comparator.endsWith("IN")) };
}

function readComparator(reader: Reader, start: number): string {
  const words = [reader.peek(), reader.peek(1), reader.peek(2)];
  for (const comparator of ["IS NOT NULL", "IS NULL", "NOT IN", "IN", "LIKE", "ILIKE"]) {
    const parts = comparator.split(" ");
    if (!parts.every((part, index) => words[index] === part)) continue;
    for (const _ of parts) reader.take();
    return comparator;
  }
  if (reader.atEnd()) throw reader.invalid(start);
  const token = reader.take();
  if (token.kind !== "comparator" && token.raw !== "~") throw reader.invalid(start);
  return token.raw;
}

function readValue(reader: Reader, start: number, list: boolean): Value {
  if (reader.atEnd()) throw reader.invalid(start);
  const token = reader.take();
  if (list) {
    if (token.kind !== "open") throw reader.invalid(start);
    return readList(reader, start);
  }
  const { kind, raw } = token;
  if (kind === "number") return { kind, raw };
  if (kind === "text" || (kind === "name" && isQuoted(raw) && raw[0] === '"'))
    return { kind: "text", raw, text: unquote(raw) };
  if (kind !== "name" || keywords.has(raw.toUpperCase())) throw reader.invalid(start);
  return { kind, raw };
}

function readList(reader: Reader, start: number): Value {
  const raws: string[] = [];
  for (;;) {
    if (reader.atEnd()) throw reader.invalid(start);
    const token = reader.take();
    if (token.kind === "close") break;
    raws.push(token.raw);
  }
  const raw = `(${raws.join(" ")})`;
  const expected = "While parsing a list in the query, expected";
  if (raws.length === 0) throw filterError(`${expected} a non-empty list of string values, but got empty list`);
  const items = raws.filter((_, index) => index % 2 === 0);
  const commas = raws.filter((_, index) => index % 2 === 1);
  if (commas.some((comma) => comma !== ",") || items.some((item) => item === ",")) {
    throw filterError(`${expected} a non-empty list of string values, but got ill-formed list.`);
  }
  if (items.some((item) => !isQuoted(item))) {
    throw filterError(`${expected} string value, punctuation, or whitespace, but got different type in list: ${raw}`);
  }
  return { kind: "list", raw, items: items.map(unquote) };
}
