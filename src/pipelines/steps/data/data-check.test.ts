/** Data checks as a worker runs them: real PostgreSQL, real files, a process for the rows. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { newId, SlipwayError } from "../../../base/index.ts";
import { getRunArtifact } from "../../../tracking/index.ts";
import type { Check } from "../../../definition/index.ts";
import { openTestWorkspace, type TestWorkspace } from "../../jobs/test-workspace.ts";
import { runStep, type RanStep, type TestStep } from "../test-steps.ts";
import type { DataCheckReport } from "./check-report.ts";
import { checksArtifact, runDataCheck } from "./data-check.ts";
import { addVersion, artifactOf } from "./test-datasets.ts";

let workspace: TestWorkspace;

/** Decimal commas. */
const bank = `id;age;job;member;since;balance
1;31;admin;yes;2024-02-29;1,5
2;;technician;no;2023-01-01;2
3;17;admin;yes;;-3,25
4;130;pilot;yes;2025-06-30;
4;45;;maybe;2022-12-31;7,75
6;12x;admin;no;2024-01-01;0
`;

beforeAll(async () => {
  workspace = await openTestWorkspace();
  await addVersion(workspace, "bank", { content: bank });
  await addVersion(workspace, "grades", { content: "grade,none\n1.0,\n2.0,\n,\n2.0,\n1.0,\n1.0,\n" });
  const rows = (from: number, shift: number): string =>
    Array.from(
      { length: 1000 },
      (_, i) => `${from + i},${((i * 37) % 100) + shift},${i % 4 === 0 ? "a" : "b"},2024-01-0${(i % 9) + 1}`,
    ).join("\n");
  await addVersion(workspace, "drift", { content: `id,value,kind,day\n${rows(0, 0)}\n` });
  await addVersion(workspace, "drift", { content: `id,value,kind,day\n${rows(5000, 0)}\n` });
  await addVersion(workspace, "drift", { content: `id,value,kind,day\n${rows(9000, 40)}\n` });
});

afterAll(() => workspace?.close());

function check(checks: readonly Check[], data = "bank", asked: Partial<TestStep> = {}): Promise<RanStep> {
  return runStep(workspace, runDataCheck, { step: { type: "data_check", data, checks }, ...asked });
}

/** Of checks that fail. */
async function failedReport(
  checks: readonly Check[],
  data = "bank",
  asked: Partial<TestStep> = {},
): Promise<DataCheckReport & { readonly message: string }> {
  const runId = newId();
  const error: unknown = await check(checks, data, { runId, ...asked }).catch((reason: unknown) => reason);
  if (!(error instanceof SlipwayError) || error.code !== "SLW_STEP_CHECKS_FAILED") throw error;
  const report = (await artifactOf(workspace, runId, checksArtifact)) as DataCheckReport;
  return { ...report, message: error.message };
}

/** Of the one check that is made. */
async function failuresOf(given: Check, data = "bank") {
  const { results } = await failedReport([given], data);
  return results[0]!.failures;
}

describe("a data check", () => {
  test("that passes gives the rows, metrics and a report", async () => {
    const { outputs, metrics, runId, log } = await check([
      { check: "row_count", min: 1, max: 6 },
      { check: "nulls", columns: ["age", "since"], max_share: "0.2" },
      { check: "allowed_values", column: "member", values: ["yes", "no", "maybe"] },
    ]);
    expect(outputs).toEqual({ rows: { type: "value", value: 6 }, failed: { type: "value", value: [] } });
    expect(metrics).toEqual({ rows: 6, checks: 3, failed: 0 });
    expect(log[0]).toContain("bank@1: 6 rows, 3 checks, 0 failed\nok     row_count\nok     nulls age, since\n");
    expect(await artifactOf(workspace, runId, checksArtifact)).toMatchObject({ data: "bank@1", failed: 0, checks: 3 });
  });

  test("makes every check, and says all that failed", async () => {
    const { message, results, ...report } = await failedReport([
      { check: "row_count", min: 7 },
      { check: "columns", columns: { id: "integer" }, allow_others: true },
      { check: "nulls", columns: ["age", "job", "nobody"] },
      { check: "unique", columns: ["id"] },
    ]);
    expect(report).toEqual({ data: "bank@1", rows: 6, checks: 4, failed: 3 });
    expect(message).toBe(
      '3 of 4 checks failed: row_count: there are 6 rows, fewer than 7; nulls age, job, nobody, column "age": null in 1 row (16.7%); ' +
        'nulls age, job, nobody, column "job": null in 1 row (16.7%); nulls age, job, nobody, column "nobody": there is no such column; ' +
        "unique id: the value of an earlier row again in 1 row (16.7%).",
    );
    expect(results.map(({ passed }) => passed)).toEqual([false, true, false, false]);
  });

  test("keeps its report and metrics although the step fails", async () => {
    const runId = newId();
    await expect(check([{ check: "row_count", min: 7 }], "bank", { runId })).rejects.toThrow("1 of 1 check failed");
    const { database, id: workspaceId } = workspace;
    await getRunArtifact(database, { workspaceId, runId, path: checksArtifact });
    const metrics = await database
      .selectFrom("latest_metrics")
      .select(["key", "value"])
      .where("run_id", "=", runId)
      .orderBy("key")
      .execute();
    expect(metrics.map(({ key, value }) => [key, value])).toEqual([
      ["checks", 1],
      ["failed", 1],
      ["rows", 6],
    ]);
  });
});

describe("columns", () => {
  test("that are missing, of another type, or not expected", async () => {
    const columns = {
      id: "integer",
      age: "number",
      jobs: "text",
      since: "datetime",
      balance: "integer",
    };
    const failures = await failuresOf({ check: "columns", columns });
    expect(failures).toEqual([
      {
        column: "jobs",
        rows: null,
        share: null,
        message: 'there is no such column; did you mean "job"?',
        examples: [],
      },
      {
        column: "age",
        rows: 1,
        share: 1 / 6,
        message: "no number in 1 row (16.7%): expected numeric, but the column is string",
        examples: [{ row: 6, value: "12x" }],
      },
      {
        column: "balance",
        rows: 3,
        share: 0.5,
        message: "no whole number in 3 rows (50%)",
        examples: [
          { row: 1, value: "1,5" },
          { row: 3, value: "-3,25" },
          { row: 5, value: "7,75" },
        ],
      },
      {
        column: "job",
        rows: null,
        share: null,
        message: "the column (string) is not among those expected",
        examples: [],
      },
      {
        column: "member",
        rows: null,
        share: null,
        message: "the column (string) is not among those expected",
        examples: [],
      },
    ]);
  });

  test("keep the spelling of labels, and are of every type without a value", async () => {
    const columns = { grade: "string", none: "datetime" };
    expect(await failuresOf({ check: "columns", columns }, "grades")).toEqual([
      {
        column: "grade",
        rows: null,
        share: null,
        message: "expected string, but the column is numeric",
        examples: [
          { row: 1, value: "1.0" },
          { row: 2, value: "2.0" },
        ],
      },
    ]);
  });

  test("of no type are errors before any row is read", async () => {
    const columns = { id: "nummer" };
    await expect(check([{ check: "columns", columns }])).rejects.toMatchObject({
      code: "SLW_STEP_CHECK",
      message: 'checks[0].columns.id: there is no type "nummer".',
      fix: 'Did you mean "number"?',
    });
  });
});

describe("values", () => {
  test("out of range: numbers, dates, and texts that have none", async () => {
    const range = (column: string, bounds: { min?: string | number; max?: string | number }) =>
      failuresOf({ check: "range", columns: [column], ...bounds });
    expect(await range("balance", { min: 0, max: "7.75" })).toEqual([
      {
        column: "balance",
        rows: 1,
        share: 1 / 6,
        message: "not from 0 to 7.75 in 1 row (16.7%)",
        examples: [{ row: 3, value: "-3,25" }],
      },
    ]);
    expect(await range("since", { max: "2024-12-31" })).toMatchObject([
      { rows: 1, examples: [{ row: 4, value: "2025-06-30T00:00:00.000Z" }] },
    ]);
    expect(await range("age", { min: 18, max: 120 })).toMatchObject([
      {
        rows: 1,
        message: "no number in 1 row (16.7%): the column is text, which has no range",
        examples: [{ value: "12x" }],
      },
    ]);
    expect(await range("id", { min: "2024-01-01" })).toMatchObject([
      { rows: null, message: 'the column is numeric, which "2024-01-01" is no bound of' },
    ]);
  });

  test("that are not allowed", async () => {
    expect(await failuresOf({ check: "allowed_values", column: "member", values: ["yes", "no"] })).toEqual([
      {
        column: "member",
        rows: 1,
        share: 1 / 6,
        message: 'none of "yes", "no" in 1 row (16.7%)',
        examples: [{ row: 5, value: "maybe" }],
      },
    ]);
    expect(await failuresOf({ check: "allowed_values", column: "grade", values: ["1", 3] }, "grades")).toMatchObject([
      { rows: 2, examples: [{ row: 2, value: "2.0" }] },
    ]);
  });

  test("that are there twice", async () => {
    expect(await failuresOf({ check: "unique", columns: ["id", "job"] })).toMatchObject([
      { column: "id", rows: 1, examples: [{ row: 5, value: 4 }] },
      { column: "job", rows: 2, examples: [{ row: 3, value: "admin" }] },
    ]);
  });

  test("that do not match the whole pattern", async () => {
    expect(await failuresOf({ check: "pattern", column: "job", pattern: "admin|tech" })).toMatchObject([
      {
        rows: 2,
        message: "no match of admin|tech in 2 rows (33.3%)",
        examples: [
          { row: 2, value: "technician" },
          { row: 4, value: "pilot" },
        ],
      },
    ]);
    expect(await failuresOf({ check: "pattern", column: "grade", pattern: "\\d" }, "grades")).toMatchObject([
      { rows: 5 },
    ]);
    await check([{ check: "pattern", column: "grade", pattern: "\\d\\.0" }], "grades");
    await expect(check([{ check: "pattern", column: "job", pattern: "a)(b" }])).rejects.toThrow("checks[0].pattern");
  });

  test("show at most five examples, unlike each other", async () => {
    const [failure] = await failuresOf({ check: "range", columns: ["value"], max: 89 }, "drift@1");
    expect(failure).toMatchObject({ rows: 100, share: 0.1 });
    expect(new Set(failure!.examples.map(({ value }) => value)).size).toBe(5);
  });

  test.each([
    [
      { check: "nulls", columns: ["age"], max_share: "much" },
      'checks[0].max_share: expected a number from 0 to 1, got "much".',
    ],
    [{ check: "nulls", columns: ["age"], max_share: 2 }, "checks[0].max_share: expected a number from 0 to 1, got 2."],
    [{ check: "row_count", min: 1.5 }, "checks[0].min: expected a whole number of at least 0, got 1.5."],
    [{ check: "row_count", min: 5, max: 4 }, "checks[0].max: expected at least 5, which is min, got 4."],
    [{ check: "row_count" }, "checks[0]: expected min, max or both, got nothing."],
    [
      { check: "range", columns: ["age"], min: "a" },
      'checks[0].min: expected a number, or a date of ISO 8601, got "a".',
    ],
    [
      { check: "range", columns: ["age"], min: 1, max: "2024-01-01" },
      'checks[0].max: expected a number, as min is, got "2024-01-01".',
    ],
    [
      { check: "sql", name: "x", query: "FROM data", max_rows: "-1" },
      'checks[0].max_rows: expected a whole number of at least 0, got "-1".',
    ],
    [
      { check: "allowed_values", column: "age", values: [null] },
      "checks[0].values[0]: expected a text or a number, got null.",
    ],
  ] as const)("of a check that are none are errors: %o", async (given, message) => {
    await expect(check([given])).rejects.toMatchObject({ code: "SLW_STEP_CHECK", message });
  });
});

describe("distributions", () => {
  const compare = (reference: string, more: object = {}): Check => ({ check: "distribution", reference, ...more });

  test("like those of the reference pass; identifiers and dates are not compared", async () => {
    const { runId } = await check([compare("drift@1")], "drift@2");
    const { results } = (await artifactOf(workspace, runId, checksArtifact)) as DataCheckReport;
    expect(results[0]!.measured).toEqual({ value: 0, kind: 0 });
  });

  test("unlike those of the reference fail, column by column", async () => {
    const { results } = await failedReport([compare("drift@1")], "drift@3");
    // scipy 1.17.1: spatial.distance.jensenshannon of the counts by decile, base 2: 10 times 0.1, and 4 times 0, 5 times 0.1, 0.5.
    expect(results[0]!.measured!["value"]).toBeCloseTo(0.5522619609438023, 12);
    expect(results[0]!.failures).toMatchObject([
      {
        column: "value",
        rows: null,
        message: expect.stringContaining("Jensen-Shannon distance 0.552, at most 0.1 is allowed") as string,
      },
    ]);
    await check([compare("drift@1", { max_distance: "0.6" })], "drift@3");
    await check([compare("drift@1", { columns: ["kind"] })], "drift@3");
  });

  test("use the version that was chosen", async () => {
    const values = { "checks[0].reference": { type: "dataset", dataset: "drift", version: 1 } } as const;
    await expect(check([compare("drift@3")], "drift@3", { values })).rejects.toThrow("unlike those of drift@1");
  });

  test("of columns that are not in both, or of two types, fail", async () => {
    await addVersion(workspace, "other", { content: "value,name\nx,1\ny,2\n" });
    const { results } = await failedReport([compare("drift@1", { columns: ["value", "kind", "name"] })], "other");
    expect(results[0]!.failures.map(({ message }) => message)).toEqual([
      "the column is string, and numeric in drift@1",
      "there is no such column",
      "drift@1 has no such column",
    ]);
  });
});

describe("rows that a query answers", () => {
  test("are wrong", async () => {
    const query = "SELECT id, job, since FROM data WHERE member <> 'yes' ORDER BY id";
    const { results, message } = await failedReport([
      { check: "sql", name: "members", query, max_rows: 1 },
      { check: "sql", name: "none", query: "FROM data WHERE balance > 100" },
      { check: "sql", name: "some", query: "FROM data WHERE member = 'maybe'", max_rows: "1" },
    ]);
    expect(results.map(({ name, passed }) => [name, passed])).toEqual([
      ["members", false],
      ["none", true],
      ["some", true],
    ]);
    expect(results[0]!.failures).toEqual([
      {
        column: null,
        rows: 3,
        share: 0.5,
        message: "the query answers 3 rows (50%), and at most 1 are let pass",
        examples: [
          { row: null, value: { id: 2, job: "technician", since: "2023-01-01 00:00:00" } },
          { row: null, value: { id: 4, job: null, since: "2022-12-31 00:00:00" } },
          { row: null, value: { id: 6, job: "admin", since: "2024-01-01 00:00:00" } },
        ],
      },
    ]);
    expect(message).toContain("members: the query answers 3 rows");
  });

  test("that cannot be run, or may not, fail as a check", async () => {
    const { results } = await failedReport([
      { check: "sql", name: "column", query: "SELECT agee FROM data" },
      { check: "sql", name: "file", query: "SELECT * FROM read_text('/etc/passwd')" },
      { check: "sql", name: "write", query: "COPY data TO '/tmp/x'" },
      { check: "row_count", max: 5 },
    ]);
    expect(results.map(({ failures }) => failures[0]?.message)).toEqual([
      'The query, line 1, column 8: Referenced column "agee" not found in FROM clause! Candidate bindings: "age", "member".',
      "The query is refused, line 1, column 15: it reads read_text(…), which is no table of the step.",
      "The query is refused: it is no SELECT.",
      "there are 6 rows, more than 5",
    ]);
  });
});
