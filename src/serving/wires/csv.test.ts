import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { regressionModel, row, testModel } from "../test-model.ts";
import { csvLine } from "./answer-forms.ts";
import { csvRecords } from "./csv-records.ts";
import { ask as askWire, type Asked } from "./test-ask.ts";

const ask = (body: string | Buffer, more = {}): Promise<Asked> => askWire(body, { type: "text/csv", ...more });

describe("CSV in, CSV out", () => {
  test.each<[string, string]>([
    ["lines ending in LF", "age,job,duration,since\n57,student,1.5,2020-02-29\n57,admin.,,\n"],
    ["lines ending in CRLF", "age,job,duration,since\r\n57,student,1.5,2020-02-29\r\n57,admin.,,\r\n"],
    ["no end of the last line", "age,job\n57,student\n57,admin."],
    ["blank lines at the end", "age,job\n57,student\n57,admin.\n\n\r\n"],
    ["a byte order mark", "\ufeffage,job\n57,student\n57,admin.\n"],
    ["quoted values", '"age","job"\n"57","student"\n57,"admin."\n'],
    ["columns in another order", "job,since,age\nstudent,,57\nadmin.,,57\n"],
    ["numbers as people write them", "age,job,duration\n 57 ,student,+1.5e0\n57.0,admin.,.5\n"],
    ["every word for null", "age,job,duration\n57,student,NaN\n57,admin.,N/A\n"],
  ])("%s", async (_, csv) => {
    expect(await ask(csv)).toMatchObject({
      body: "y\r\nyes\r\nno\r\n",
      contentType: "text/csv; charset=utf-8",
    });
  });

  test("scores as the same rows in JSON do", async () => {
    const rows = [row, { ...row, age: -3.25, since: null }, { ...row, duration: null }];
    const csv = [Object.keys(row), ...rows.map((each) => Object.values(each))].map(csvLine).join("");
    const body = { data: rows };
    expect((await ask(csv, { model: regressionModel, accept: "application/json" })).body).toBe(
      (await askWire(body, { model: regressionModel })).body,
    );
  });

  test.each<[string, string, string]>([
    ["application/json", "application/json; charset=utf-8", '{"result":["yes"]}'],
    ["application/x-ndjson", "application/x-ndjson; charset=utf-8", '{"result":"yes"}\n'],
    ["text/csv;q=0.5, application/json;q=0.9", "application/json; charset=utf-8", '{"result":["yes"]}'],
    ["text/html, */*;q=0.1", "text/csv; charset=utf-8", "y\r\nyes\r\n"],
    ["image/png", "text/csv; charset=utf-8", "y\r\nyes\r\n"],
  ])("Accept: %s", async (accept, contentType, body) => {
    expect(await ask("age,job\n57,student\n", { accept })).toMatchObject({ contentType, body });
  });

  test("a JSON request may be answered with CSV", async () => {
    const accept = "text/csv";
    expect((await askWire({ data: [row] }, { accept })).body).toBe("y\r\nyes\r\n");
    const { body } = await askWire({ data: [row], method: "predict_proba" }, { accept });
    expect(body).toMatch(/^no,yes\r\n0\.\d+,0\.\d+\r\n$/);
    await expect(askWire({ data: [row], explain: true }, { accept })).rejects.toMatchObject({ code: "SLW_SCORE_DATA" });
  });

  test("the address asks for probabilities and for explanations", async () => {
    const csv = "age,job\n57,student\n";
    const { body, rows } = await ask(csv, { query: "method=predict_proba&_=1" });
    expect([rows.method, body]).toEqual(["predict_proba", expect.stringMatching(/^no,yes\r\n0\.\d+,0\.\d+\r\n$/)]);
    const explained = await ask(csv, { query: "explain=true", accept: "application/json" });
    expect(JSON.parse(explained.body)).toMatchObject({ result: ["yes"], explanations: [{ output: "yes" }] });
  });

  test.each<[string, string, string]>([
    ["method=proba", "SLW_SCORE_METHOD", 'expected "predict" or "predict_proba", got the text "proba"'],
    ["method=predict&method=predict", "SLW_SCORE_DATA", "method is there 2 times"],
    ["explain=1", "SLW_SCORE_DATA", 'expected true or false, got the text "1"'],
    ["explain=true", "SLW_SCORE_DATA", "not written as CSV"],
    ["explain=true", "SLW_HTTP_ROWS", "explains 1 at a time"],
  ])("the address asks for %s: %s", async (query, code, message) => {
    const rows = code === "SLW_HTTP_ROWS" ? "57,student\n57,student\n" : "57,student\n";
    const refusal = expect.objectContaining({ code, message: expect.stringContaining(message) });
    await expect(ask(`age,job\n${rows}`, { query, settings: { explainedRows: 1 } })).rejects.toEqual(refusal);
  });

  test("a word for null that is a category of the model is that category", async () => {
    const transforms = [
      testModel.transforms[0]!,
      { op: "Category", column: "job", categories: ["NA", "student"] },
    ] as const;
    const model = { ...testModel, transforms, inputs: testModel.inputs.map((input) => ({ ...input, nullable: true })) };
    const { rows } = await ask("age,job\n57,NA\n57,na\n", { model });
    expect(rows.rows).toMatchObject([{ job: "NA" }, { job: null }]);
  });

  test("columns that the model does not know go as far as a warning", async () => {
    const { rows, scored } = await ask("y,age,job\nno,57,student\nno,57,admin.\n");
    expect(scored).toMatchObject({ result: ["yes", "no"], warnings: [{ kind: "unknownColumn", column: "y" }] });
    expect(rows.rows).toMatchObject([{ y: "no" }, { age: 57, job: "admin." }]);
    expect(rows.rows[1]).not.toHaveProperty("y");
    const refusing = ask("y,age,job\nno,57,student\n", { settings: { unknownColumns: "refuse" } });
    await expect(refusing).rejects.toMatchObject({
      code: "SLW_SCORE_COLUMN_UNKNOWN",
      details: { row: 0, column: "y" },
    });
  });

  test.each<[string, string | Buffer, string, string]>([
    ["nothing", "", "SLW_HTTP_BODY_EMPTY", "empty"],
    ["only line ends", "\n\n", "SLW_HTTP_BODY_EMPTY", "no line"],
    ["Latin-1", Buffer.from("age,job\n57,caf\xe9\n", "latin1"), "SLW_HTTP_UTF8", "UTF-8"],
    [
      "a row too short",
      "age,job\n57\n",
      "SLW_SCORE_DATA",
      "Line 2 of the CSV: expected 2 values, as in the header, got 1.",
    ],
    ["a row too long", 'age,job\n57,"a\nb"\n1,2,3\n', "SLW_SCORE_DATA", "Line 4 of the CSV: expected 2 values"],
    [
      "a blank line",
      "age,job\n\n57,student\n",
      "SLW_SCORE_DATA",
      "Line 2 of the CSV: expected a row, got a blank line.",
    ],
    [
      "a quote that does not end",
      'age,job\n57,"student\n',
      "SLW_SCORE_DATA",
      "Line 2 of the CSV: expected the quote that ends",
    ],
    ["a quote in a plain value", 'age,job\n57,5" pipe\n', "SLW_SCORE_DATA", "Line 2 of the CSV: expected no quote"],
    ["more after a quoted value", 'age,job\n57,"student"x\n', "SLW_SCORE_DATA", "Line 2 of the CSV: expected a comma"],
    ["old Macintosh line ends", "age,job\r57,student\r", "SLW_SCORE_DATA", "a carriage return alone"],
    ["a NUL", "age,job\n57,\0\n", "SLW_SCORE_DATA", "a NUL character"],
    ["a column twice", "age,age\n1,2\n", "SLW_SCORE_DATA", 'the column "age" is there twice'],
    ["a column without a name", "age,,job\n1,2,3\n", "SLW_SCORE_DATA", "the name of column 2 is empty"],
    [
      "more columns than any table has",
      ",a".repeat(10_001),
      "SLW_SCORE_DATA",
      "Line 1 of the CSV: expected at most 10000 values",
    ],
    ["too many rows", "age,job\n1,a\n1,a\n1,a\n", "SLW_HTTP_ROWS", "3 rows"],
    [
      "text for a number",
      "age,job\nx,student\n",
      "SLW_SCORE_VALUE",
      'data[0], column "age": expected a finite number, got the text "x".',
    ],
    ["leading zeros", "age,job\n007,student\n", "SLW_SCORE_VALUE", 'got the text "007"'],
    [
      "a whole number beyond 2^53",
      "age,job\n9007199254740993,student\n",
      "SLW_SCORE_VALUE",
      'got the text "9007199254740993"',
    ],
    ["an infinity", "age,job\ninf,student\n", "SLW_SCORE_VALUE", 'got the text "inf"'],
    [
      "a number beyond the doubles",
      "age,job\n1e309,student\n",
      "SLW_SCORE_VALUE",
      'column "age": expected a finite number',
    ],
    ["null where training had none", "age,job\n?,student\n", "SLW_SCORE_VALUE", "got null"],
    [
      "a date in words",
      "age,job,since\n57,student,29 February\n",
      "SLW_SCORE_VALUE",
      'column "since": expected a date',
    ],
    ["no column that is needed", "job\nstudent\n", "SLW_SCORE_COLUMN_MISSING", 'the column "age" is missing'],
  ])("refused: %s", async (_, csv, code, message) => {
    const refusal = expect.objectContaining({ code, message: expect.stringContaining(message) });
    await expect(ask(csv, { settings: { maxRows: 2 } })).rejects.toEqual(refusal);
  });

  test("what is written is read back", () => {
    const cell = fc
      .oneof(fc.string(), fc.constantFrom('"', ",", "\n", "\r\n", " a ", '"a",b', "é"))
      .map((text) => text.replaceAll("\0", ""));
    const table = fc
      .integer({ min: 1, max: 4 })
      .chain((width) =>
        fc.array(fc.array(cell, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 5 }),
      );
    fc.assert(
      fc.property(table, (rows) => {
        const text = rows.map(csvLine).join("");
        expect([...csvRecords(text)].map(({ values }) => values)).toEqual(rows);
      }),
    );
  });

  test("any text is read or refused, never anything else", () => {
    const piece = fc.constantFrom("a", "1", ",", '"', '""', "\n", "\r\n", "\r", " ");
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const text = pieces.join("");
        try {
          const records = [...csvRecords(text)];
          expect(new Set(records.map(({ values }) => values.length)).size).toBeLessThanOrEqual(1);
        } catch (error) {
          expect(error).toMatchObject({ code: "SLW_SCORE_DATA", details: { line: expect.any(Number) } });
        }
      }),
      { numRuns: 500 },
    );
  });
});
