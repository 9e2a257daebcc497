import { describe, expect, test } from "vitest";
import { row } from "../test-model.ts";
import { ask as askWire, type Asked } from "./test-ask.ts";

const ask = (body: string, more = {}): Promise<Asked> => askWire(body, { type: "application/x-ndjson", ...more });
const line = JSON.stringify(row);
const other = JSON.stringify({ ...row, job: "admin." });

describe("JSON Lines", () => {
  test.each<[string, string]>([
    ["objects", `${line}\n${other}\n`],
    ["no end of the last line", `${line}\n${other}`],
    ["lines ending in CRLF", `${line}\r\n${other}\r\n`],
    ["lists", '[57,"student",null,null]\n[57,"admin.",null,null]\n'],
  ])("%s", async (_, body) => {
    expect(await ask(body)).toMatchObject({
      body: '{"result":"yes"}\n{"result":"no"}\n',
      contentType: "application/x-ndjson; charset=utf-8",
    });
  });

  test("an answer in another form", async () => {
    expect((await ask(line, { accept: "application/json" })).body).toBe('{"result":["yes"]}');
    expect((await ask(line, { accept: "text/csv" })).body).toBe("y\r\nyes\r\n");
  });

  test("the address asks for probabilities and for explanations", async () => {
    const { body } = await ask(`${line}\n${other}`, { query: "explain=true&method=predict_proba" });
    const answers = body
      .trim()
      .split("\n")
      .map((text) => JSON.parse(text) as unknown);
    const probabilities = [expect.any(Number), expect.any(Number)];
    expect(answers).toMatchObject([
      { result: probabilities, explanation: { output: "yes" } },
      { result: probabilities, explanation: { output: "yes" } },
    ]);
    const refusal = expect.objectContaining({ code: "SLW_HTTP_ROWS" });
    await expect(ask(`${line}\n${other}`, { query: "explain=true", settings: { explainedRows: 1 } })).rejects.toEqual(
      refusal,
    );
  });

  test("explanations of a JSON request, a line a row", async () => {
    const { body } = await askWire({ data: [row], explain: true }, { accept: "application/x-ndjson" });
    expect(JSON.parse(body)).toMatchObject({ result: "yes", explanation: { output: "yes" } });
  });

  test.each<[string, string, string, string]>([
    ["nothing", "", "SLW_HTTP_BODY_EMPTY", "empty"],
    ["a blank line", `${line}\n\n${line}\n`, "SLW_HTTP_JSON", "Line 2: it is blank"],
    ["broken JSON", `${line}\n{"age":\n`, "SLW_HTTP_JSON", "Line 2: The body is not valid JSON"],
    ["a key twice", '{"age":1,"age":2}\n', "SLW_HTTP_JSON", 'Line 1: The JSON has an object with the key "age" twice'],
    ["NaN", '{"age":NaN}\n', "SLW_HTTP_JSON", "Line 1"],
    ["too many rows", `${line}\n${line}\n${line}\n`, "SLW_HTTP_ROWS", "3 rows"],
    ["a number for a row", "57\n", "SLW_SCORE_DATA", "data[0]: expected an object or a list, got 57."],
  ])("refused: %s", async (_, body, code, message) => {
    const refusal = expect.objectContaining({ code, message: expect.stringContaining(message) });
    await expect(ask(body, { settings: { maxRows: 2 } })).rejects.toEqual(refusal);
  });
});
