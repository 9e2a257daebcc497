import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseFilter, type Clause, type Value } from "./clauses.ts";
import { parseIdentifier } from "./identifiers.ts";
import { parseOrderBy } from "./order-by.ts";

const number = (raw: string): Value => ({ kind: "number", raw });
const text = (raw: string): Value => ({ kind: "text", raw, text: raw.slice(1, -1) });

describe("a filter", () => {
  test.each<[string, string, string, Value | null]>([
    ["metric.acc >= 0.94", "metric.acc", ">=", number("0.94")],
    ["metric.acc>=100", "metric.acc", ">=", number("100")],
    ["metrics.x > -1.5e3", "metrics.x", ">", number("-1.5e3")],
    ["params.m!='tf'", "params.m", "!=", text("'tf'")],
    ['params."m"!="tf"', 'params."m"', "!=", text('"tf"')],
    ['params.m = "L\'Hosp"', "params.m", "=", text('"L\'Hosp"')],
    ["`metric`.a >= 0.1", "`metric`.a", ">=", number("0.1")],
    ["metrics.`spacey name` > 5", "metrics.`spacey name`", ">", number("5")],
    ["tags.mlflow.user like 'A%'", "tags.mlflow.user", "LIKE", text("'A%'")],
    ["run_name ILIKE 'a'", "run_name", "ILIKE", text("'a'")],
    ["tags.v is not null", "tags.v", "IS NOT NULL", null],
    ["tags.v IS NULL", "tags.v", "IS NULL", null],
    ["params.acc = LR", "params.acc", "=", { kind: "name", raw: "LR" }],
  ])("%s", (filter, identifier, comparator, value) => {
    expect(parseFilter(filter)).toEqual([{ identifier, comparator, value }]);
  });

  test("has lists, and clauses joined by AND", () => {
    expect(parseFilter("attribute.run_id NOT IN ('a', \"b\") and status = 'RUNNING'")).toEqual([
      {
        identifier: "attribute.run_id",
        comparator: "NOT IN",
        value: { kind: "list", raw: "('a' , \"b\")", items: ["a", "b"] },
      },
      { identifier: "status", comparator: "=", value: text("'RUNNING'") },
    ]);
  });

  test("a doubled quote stands for one", () => {
    expect(parseFilter("params.a = 'it''s'")[0]?.value).toMatchObject({ text: "it's" });
  });

  test.each([
    ["metric.acc >= 0.94; metrics.rmse < 1", "Search filter contained multiple expression"],
    ["metrics.A > 0.1 OR params.B = 'LR'", "Invalid clause(s) in filter string: 'OR'"],
    ["metrics.A > 0.1 NAND params.B = 'LR'", "Invalid clause(s) in filter string"],
    ["metrics.A > 0.1 AND (params.B = 'LR')", "Invalid clause(s) in filter string"],
    ["metrics.A > 0.1 AND", "Invalid clause(s) in filter string: 'AND'"],
    ["`metrics.A > 0.1", "Invalid clause(s) in filter string"],
    ["param`.A > 0.1", "Invalid clause(s) in filter string"],
    ["attribute.status = true", "Invalid clause(s) in filter string"],
    ["attribute.status IS 'RUNNING'", "Invalid clause(s) in filter string"],
    ["tags.acc = = 'LR'", "Invalid clause(s) in filter string"],
    ["params.'acc = LR", "Invalid clause(s) in filter string"],
    ["params.acc = 'LR", "Invalid clause(s) in filter string"],
    ["params.acc = LR'", "Invalid clause(s) in filter string"],
    ["params.acc = \"LR'", "Invalid clause(s) in filter string"],
    ["params.acc LR !=", "Invalid clause(s) in filter string"],
    ["params.acc LR", "Invalid clause(s) in filter string"],
    ["metric.acc !=", "Invalid clause(s) in filter string"],
    ["1=1", "Expected 'Identifier' found '1'"],
    ["1.0 > metrics.acc", "Expected 'Identifier' found '1.0'"],
    ["'a' = 'b'", "Expected 'Identifier' found"],
    ["run_id IN ()", "got empty list"],
    ["run_id IN ('a' 'b')", "ill-formed list"],
    ["run_id IN (1)", "different type in list"],
    ["run_id IN ('a'", "Invalid clause(s) in filter string"],
  ])("%s is refused", (filter, message) => {
    expect(() => parseFilter(filter)).toThrow(message);
  });

  test("whatever is written comes back", () => {
    fc.assert(
      fc.property(
        fc.array(clauseAndText(), { minLength: 1, maxLength: 5 }),
        fc.constantFrom(" AND ", "  and\n"),
        (parts, and) => {
          expect(parseFilter(parts.map(([, written]) => written).join(and))).toEqual(parts.map(([clause]) => clause));
        },
      ),
    );
  });

  test("any text is read or refused with a reason, in bounded time", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.string({ unit: "binary" }), filterLike()), (filter) => {
        try {
          expect(parseFilter(filter)).toBeInstanceOf(Array);
        } catch (error) {
          expect(error).toMatchObject({ code: "SLW_TRACKING_FILTER" });
        }
      }),
      { numRuns: 500 },
    );
  });
});

/** A clause, and how it is written. */
function clauseAndText(): fc.Arbitrary<[Clause, string]> {
  const plain = fc
    .stringMatching(/^[a-z_][a-z0-9_]{0,8}$/)
    .filter((word) => !/^(and|or|not|in|is|null|i?like|true|false|between)$/.test(word));
  const key = fc.oneof(
    plain,
    fc.stringMatching(/^[^`\0]{1,12}$/).map((name) => `\`${name}\``),
  );
  const identifier = fc.tuple(fc.constantFrom("metrics", "params", "tags"), key).map((parts) => parts.join("."));
  const quoted = fc.string({ unit: "grapheme" }).map((content): Value => {
    const raw = `'${content.replaceAll("'", "''")}'`;
    return { kind: "text", raw, text: content };
  });
  const numeric = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value): Value => number(String(value)));
  const value = fc.oneof(quoted, numeric);
  const compared = fc.tuple(identifier, fc.constantFrom("=", "!=", "<", ">=", "LIKE", "ILIKE"), value);
  return fc.oneof(
    compared.map(([name, comparator, right]): [Clause, string] => [
      { identifier: name, comparator, value: right },
      `${name} ${comparator} ${right.raw}`,
    ]),
    identifier.map((name): [Clause, string] => [
      { identifier: name, comparator: "IS NULL", value: null },
      `${name} IS NULL`,
    ]),
  );
}

function filterLike(): fc.Arbitrary<string> {
  const word = fc.constantFrom(
    "metrics.a",
    "params",
    ".",
    "`",
    "'",
    '"',
    "=",
    ">",
    "AND",
    "IN",
    "(",
    ")",
    ",",
    "NOT",
    "IS",
    "NULL",
    "1",
    ";",
  );
  return fc.array(word, { maxLength: 12 }).map((words) => words.join(" "));
}

describe("an identifier", () => {
  test.each([
    ["metric.acc", "metric", "acc"],
    ['metrics."X//Y#$$@&Z"', "metric", "X//Y#$$@&Z"],
    ["params.`cat dog`", "parameter", "cat dog"],
    ["`tags`.source", "tag", "source"],
    ["attr.status", "attribute", "status"],
    ["run.status", "attribute", "status"],
    ["status", "attribute", "status"],
    ["datasets.name", "dataset", "name"],
    ['metrics."accuracy.2.0"', "metric", "accuracy.2.0"],
  ])("%s", (identifier, type, key) => {
    expect(parseIdentifier(identifier)).toEqual({ type, key });
  });

  test.each(["m.acc", "p.model", "attri.x", "`metrics.A`", "__proto__.x"])("%s is of no known type", (identifier) => {
    expect(() => parseIdentifier(identifier)).toThrow("Invalid entity type");
  });
});

describe("an order", () => {
  test.each([
    ["metrics.`Mean Square Error`", "metrics.`Mean Square Error`", false],
    ["metrics.acc aSc", "metrics.acc", false],
    ['metrics."key1"  desc', 'metrics."key1"', true],
  ])("%s", (orderBy, identifier, descending) => {
    expect(parseOrderBy(orderBy)).toEqual({ identifier, descending });
  });

  test.each([
    ["`metrics.A", "Invalid order_by clause"],
    ["metrics.A != 1", "Invalid order_by clause"],
    ["", "Invalid order_by clause"],
    ["attribute.run_id ACS", "Invalid ordering key"],
  ])("%s is refused", (orderBy, message) => {
    expect(() => parseOrderBy(orderBy)).toThrow(message);
  });
});
