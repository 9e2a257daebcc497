/** Transform steps as a worker runs them: real PostgreSQL, real files, DuckDB in its process. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { SlipwayError } from "../../../base/index.ts";
import type { TransformStep } from "../../../definition/index.ts";
import { openTestWorkspace, type TestWorkspace } from "../../jobs/test-workspace.ts";
import { runStep, type RanStep, type TestStep } from "../test-steps.ts";
import { addVersion, contentOf, versionOf } from "./test-datasets.ts";
import { runTransform } from "./transform.ts";

let workspace: TestWorkspace;

const people = "id,code,age,member,since,score\n1,007,31,yes,2024-02-29,1.5\n2,042,,no,2023-01-01,2\n3,100,17,yes,,\n";

beforeAll(async () => {
  workspace = await openTestWorkspace();
  await addVersion(workspace, "people", { content: people });
  // A decimal comma, another delimiter, Latin-1, and a text that means null here alone.
  const cities = Buffer.from("code;name;share\n007;Köln;1,5\n042;Bonn;0,25\n100;fehlt;-3,75\n", "latin1");
  await addVersion(workspace, "cities", { content: cities, options: { nulls: ["fehlt"] } });
});

afterAll(() => workspace?.close());

function transform(step: Partial<TransformStep>, asked: Partial<TestStep> = {}): Promise<RanStep> {
  const whole = {
    type: "transform",
    inputs: { people: "people" },
    query: "FROM people",
    output: "out",
    ...step,
  } as const;
  return runStep(workspace, runTransform, { step: whole, ...asked });
}

/** CSV that the query answers. */
async function answer(query: string, step: Partial<TransformStep> = {}): Promise<string> {
  const { outputs } = await transform({ query, output: "answers", ...step });
  const { data } = outputs;
  const { version } = data as { version: number };
  const { sha256 } = await versionOf(workspace, "answers", version);
  return readFileSync((await workspace.artifacts.localFile(sha256)) as string, "utf8");
}

async function failure(query: string, step: Partial<TransformStep> = {}): Promise<SlipwayError> {
  const error: unknown = await transform({ query, ...step }).catch((reason: unknown) => reason);
  if (error instanceof SlipwayError) return error;
  throw new Error(`${query}: expected an error, got ${String(error)}`);
}

async function schemaOf(dataset: string): Promise<Record<string, string>> {
  const { schema } = await versionOf(workspace, dataset);
  return Object.fromEntries(schema.map(({ name, type }) => [name, type]));
}

describe("a transform", () => {
  test("makes a version with the types, values and order of its input", async () => {
    const { outputs, metrics, log } = await transform({ output: "same" });
    expect(outputs).toEqual({
      data: { type: "dataset", dataset: "same", version: 1 },
      rows: { type: "value", value: 3 },
    });
    expect(metrics).toEqual({ rows: 3 });
    expect(log).toEqual(["3 rows are in same@1"]);
    expect(await contentOf(workspace, "same")).toBe(
      "id,code,age,member,since,score\n1,007,31,yes,2024-02-29T00:00:00.000Z,1.5\n2,042,,no,2023-01-01T00:00:00.000Z,2\n3,100,17,yes,,\n",
    );
    expect(await schemaOf("same")).toEqual(await schemaOf("people"));
  });

  test("reads what versions mean: decimal commas, encodings, their own nulls, texts that look like numbers", async () => {
    const query =
      "SELECT p.code, c.name, c.share * 2 AS double FROM people p JOIN cities c USING (code) ORDER BY p.code DESC";
    const inputs = { people: "people", cities: "cities@1" };
    expect(await answer(query, { inputs })).toBe("code,name,double\n100,,-7.5\n042,Bonn,0.5\n007,Köln,3\n");
  });

  test("records what it was made of, and the same rows are the same version", async () => {
    const query = "SELECT count(*) AS n, max(c.share) AS most FROM people, cities c";
    const inputs = { people: "people", c: "cities" };
    const step = { query: query.replace("cities c", "c"), inputs, output: "lineage" };
    const first = await transform(step);
    const again = await transform(step);
    expect(again.outputs).toEqual(first.outputs);
    const version = await versionOf(workspace, "lineage");
    expect(version).toMatchObject({
      version: 1,
      runId: first.runId,
      source: {
        kind: "transformed",
        tables: { people: { dataset: "people", version: 1 }, c: { dataset: "cities", version: 1 } },
        query: step.query,
      },
    });
    expect(version.inputs.map(({ dataset }) => dataset).toSorted()).toEqual(["cities", "people"]);
    const logged = await workspace.database
      .selectFrom("run_datasets")
      .select("run_id")
      .where("run_id", "=", again.runId)
      .execute();
    expect(logged).toHaveLength(2);
  });

  test("takes the version that was chosen for it, not the newest", async () => {
    await addVersion(workspace, "growing", { content: "x\n1\n" });
    await addVersion(workspace, "growing", { content: "x\n1\n2\n" });
    const first = { type: "dataset", dataset: "growing", version: 1 } as const;
    const step: Partial<TransformStep> = {
      inputs: { t: "growing" },
      query: "SELECT count(*) AS n FROM t",
      output: "grown",
    };
    await transform(step, { values: { "inputs.t": first } });
    expect(await contentOf(workspace, "grown")).toBe("n\n1\n");
    await transform(step);
    expect(await contentOf(workspace, "grown")).toBe("n\n2\n");
  });

  test("keeps the types of SQL: dates, whole numbers, booleans, texts", async () => {
    const query = `SELECT DATE '2024-02-29' AS day, TIMESTAMP '2024-02-29 12:30:00.123' AS moment, 7::HUGEINT AS whole,
      9007199254740993 AS long, 1.50::DECIMAL(5, 2) AS price, age > 18 AS adult, '0012' AS zeros, 'NA' AS na,
      'a "b", c' AS quoted, TIME '12:00:00' AS clock, 0.1::DOUBLE AS tenth, NULL AS nothing FROM people WHERE id = 1`;
    expect(await answer(query)).toBe(
      'day,moment,whole,long,price,adult,zeros,na,quoted,clock,tenth,nothing\n2024-02-29,2024-02-29T12:30:00.123Z,7,9007199254740993,1.5,true,0012,NA,"a ""b"", c",12:00:00,0.1,\n',
    );
    const { schema } = await versionOf(workspace, "answers");
    expect(schema.map(({ type }) => type).join(" ")).toBe(
      "datetime datetime numeric string numeric string string string string string numeric numeric",
    );
    expect(schema.find(({ name }) => name === "na")?.nulls).toBe(0);
  });

  test("writes what no table holds as null, and says so", async () => {
    const { log } = await transform({
      query:
        "SELECT id, id / 0 AS ratio, CASE WHEN id = 2 THEN 'infinity'::DATE ELSE since::DATE END AS day FROM people",
      output: "infinite",
    });
    expect(log).toEqual([
      'Column "ratio": 3 infinite or not a number, written as null.',
      'Column "day": 1 infinite or not of the years 0 to 9999, written as null.',
      "3 rows are in infinite@1",
    ]);
  });

  test("reads and writes Parquet with the same meaning", async () => {
    const query = "SELECT code, age, since, score, age > 18 AS adult FROM people";
    await transform({ query, output: "columns", format: "parquet" });
    const version = await versionOf(workspace, "columns");
    expect(version).toMatchObject({ format: "parquet", fileName: "columns.parquet", rows: 3 });
    expect(await schemaOf("columns")).toEqual({
      code: "string",
      age: "numeric",
      since: "datetime",
      score: "numeric",
      adult: "string",
    });
    expect(await answer("FROM t", { inputs: { t: "columns" } })).toBe(await answer(query));
    const again = await transform({ query, output: "columns", format: "parquet" });
    expect(again.outputs["data"]).toMatchObject({ version: 1 });
  });
});

describe("values", () => {
  const hostile = ["'; DROP TABLE people; --", "$id", "${{ run.id }}", 'a"b', "x' OR '1' = '1", "\\", "ü\n", "--"];

  test("are bound, whatever is in them", async () => {
    for (const text of hostile) {
      const query = "SELECT length($text) AS n, $text = 'x' AS same FROM people WHERE id = $id";
      expect(await answer(query, { values: { text, id: 1 } })).toBe(`n,same\n${[...text].length},false\n`);
    }
  });

  test("keep their types", async () => {
    const query = `SELECT typeof($whole) AS whole, typeof($part) AS part, typeof($yes) AS yes, typeof($text) AS text,
      typeof($list) AS list, $nothing IS NULL AS nothing FROM people LIMIT 1`;
    const values = { whole: 5, part: 0.5, yes: true, text: "5", list: ["a", "b"], nothing: null };
    expect(await answer(query, { values })).toBe(
      "whole,part,yes,text,list,nothing\nBIGINT,DOUBLE,BOOLEAN,VARCHAR,VARCHAR[],true\n",
    );
    const chosen = "SELECT id FROM people WHERE age > $least AND list_contains($ids, id)";
    expect(await answer(chosen, { values: { least: "18", ids: [1, 2, 3] } })).toBe("id\n1\n");
  });

  test("that have no place, and places that have no value, are named", async () => {
    const missing = await failure("FROM people WHERE age > $least", { values: { leest: 1 } });
    expect([missing.code, missing.message, missing.fix]).toEqual([
      "SLW_STEP_QUERY",
      "The query asks for $least, which has no value.",
      'Did you mean "$leest"?',
    ]);
    expect((await failure("FROM people", { values: { least: 1 } })).message).toBe(
      "The query has no $least, for which there is a value.",
    );
    expect((await failure("FROM people WHERE id = $id", { values: { id: { a: 1 } } })).message).toContain("values.id:");
  });
});

describe("errors", () => {
  test.each([
    [
      "SELECT age\nFROM people\nWHER age > 1 LIMIT x",
      {},
      "SLW_STEP_QUERY",
      "The query, line 3, column 6: syntax error",
    ],
    ["SELECT age,\n  agee FROM people", {}, "SLW_STEP_QUERY", 'line 2, column 3: Referenced column "agee" not found'],
    ["SELECT agee FROM people", {}, "SLW_STEP_QUERY", '"age"'],
    [
      "SELECT 'ü', lowr(code) FROM people",
      {},
      "SLW_STEP_QUERY",
      'column 13: Scalar Function with name lowr does not exist! Did you mean "lower"?',
    ],
    ["FROM peple", {}, "SLW_STEP_QUERY", 'line 1, column 6: there is no table "peple"; the step gives people.'],
    ["SELECT member::INTEGER AS x FROM people", {}, "SLW_STEP_QUERY", "Could not convert string 'yes'"],
    ["SELECT error('stop') AS x FROM people", {}, "SLW_STEP_QUERY", "stop"],
    ["FROM people WHERE false", {}, "SLW_STEP_QUERY_RESULT", "it has no row"],
    ["SELECT id, age AS id FROM people", {}, "SLW_STEP_QUERY_RESULT", 'columns 1 and 2 are both named "id"'],
    ['SELECT id AS " " FROM people', {}, "SLW_STEP_QUERY_RESULT", "column 1 has no name"],
    ["SELECT [1, 2] AS list FROM people", {}, "SLW_STEP_QUERY_RESULT", 'column "list" is INTEGER[]'],
    ["SELECT 'x'::BLOB AS b FROM people", {}, "SLW_STEP_QUERY_RESULT", 'column "b" is BLOB'],
    ["FROM a", { inputs: { a: "people", A: "people" } }, "SLW_STEP_QUERY", 'tables "a" and "A" have the same name'],
    ["FROM a", { inputs: { a: "nobody" } }, "SLW_DATASET_UNKNOWN", '"nobody"'],
    ["FROM a", { inputs: { a: "people@9" } }, "SLW_DATASET_VERSION", "version 9"],
  ] as const)("of %s are told", async (query, step, code, message) => {
    const error = await failure(query, step);
    expect([error.code, error.message]).toEqual([code, expect.stringContaining(message)]);
    expect(error.message).not.toContain("/");
  });

  test("suggest the table that was meant", async () => {
    expect((await failure("FROM peple")).fix).toBe('Did you mean "people"?');
  });
});

describe("what a worker asks", () => {
  /** Data processes that this one started. */
  const children = (): string[] => {
    const ids = execFileSync("ps", ["-o", "pid=,args=", "--ppid", String(process.pid)], { encoding: "utf8" }).split(
      "\n",
    );
    return ids.filter((line) => line.includes("data-process"));
  };
  const endless = "SELECT sum(a.range * b.range) AS s FROM range(10000000) a, range(10000000) b";

  test("a cancelled step ends its process, and leaves no file", async () => {
    const cancel = new AbortController();
    const running = transform({ query: endless }, { signal: cancel.signal });
    running.catch(() => {});
    await expect.poll(children, { interval: 20 }).toHaveLength(1);
    cancel.abort(new Error("cancelled"));
    await expect(running).rejects.toThrow("cancelled");
    await expect.poll(children).toEqual([]);
  });

  test("a step ends with its time", async () => {
    await expect(transform({ query: endless, timeout: 1 })).rejects.toMatchObject({ code: "SLW_STEP_TIMEOUT" });
    await expect.poll(children).toEqual([]);
  });

  test("folders are removed", async () => {
    const before = process.env["TMPDIR"];
    const folder = mkdtempSync(join(tmpdir(), "slipway-folders-"));
    process.env["TMPDIR"] = folder;
    try {
      await transform({ output: "same" });
      await failure("FROM nothing");
      expect(readdirSync(folder)).toEqual([]);
    } finally {
      if (before === undefined) delete process.env["TMPDIR"];
      else process.env["TMPDIR"] = before;
      rmSync(folder, { recursive: true });
    }
  });
});
