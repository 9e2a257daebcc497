/** Whatever the rows, every wire gives the model the same ones and its client the same answers. */
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { row, regressionModel } from "../test-model.ts";
import { csvLine } from "./answer-forms.ts";
import { ask, type Ask } from "./test-ask.ts";

type Row = Readonly<Record<string, string | number | null>>;

const names = Object.keys(row);
// JSON.stringify writes -0 as 0.
const number = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => (value === 0 ? 0 : value));
const rows = fc.array(
  fc.record({
    age: number,
    job: fc.constantFrom("admin.", "student", 'a "quoted", one\n', "é "),
    duration: fc.option(number),
    since: fc.constantFrom("2020-02-29", "1999-12-31T23:59:59.5+01:00", null),
  }),
  { minLength: 1, maxLength: 4 },
);
const order = fc.shuffledSubarray(names, { minLength: names.length });

const lists = (data: readonly Row[], columns: readonly string[]): unknown[][] =>
  data.map((each) => columns.map((name) => each[name]));
const columnOf = (data: readonly Row[], name: string): unknown[] => data.map((each) => each[name]);

interface Wire extends Ask {
  readonly body: (data: readonly Row[], columns: readonly string[]) => unknown;
  /** The answers in what came back. */
  readonly read?: (body: string) => unknown;
}

const invocations = { path: "/invocations", read: (body: string): unknown => JSON.parse(body).predictions };

const wires: Readonly<Record<string, Wire>> = {
  "v1 lists": { body: (data) => ({ data: lists(data, names) }), read: (body) => JSON.parse(body).result },
  "v1 as a string": {
    body: (data) => ({ data }),
    settings: { resultAsString: true },
    read: (body) => JSON.parse(JSON.parse(body)).result,
  },
  v2: { body: (data) => ({ Inputs: { data } }), read: (body) => JSON.parse(body).Results },
  input_data: { body: (data, columns) => ({ input_data: { columns, data: lists(data, columns) } }) },
  dataframe_split: {
    ...invocations,
    body: (data, columns) => ({ dataframe_split: { columns, data: lists(data, columns) } }),
  },
  dataframe_records: { ...invocations, body: (data) => ({ dataframe_records: data }) },
  "inputs by column": {
    ...invocations,
    body: (data, columns) => ({ inputs: Object.fromEntries(columns.map((name) => [name, columnOf(data, name)])) }),
  },
  tensors: {
    path: "/v2/models/bank/infer",
    read: (body) => JSON.parse(body).outputs[0].data,
    body: (data, columns) => ({
      inputs: columns.map((name) => {
        const datatype = name === "job" || name === "since" ? "BYTES" : "FP64";
        return { name, shape: [data.length, 1], datatype, data: columnOf(data, name) };
      }),
    }),
  },
  csv: {
    type: "text/csv",
    read: (body) => body.trim().split("\r\n").slice(1).map(Number),
    body: (data, columns) => [columns, ...lists(data, columns)].map(csvLine).join(""),
  },
  "json lines": {
    type: "application/x-ndjson",
    read: (body) =>
      body
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line).result),
    body: (data) => data.map((each) => `${JSON.stringify(each)}\n`).join(""),
  },
};

test.each(Object.entries(wires))("%s", async (_, { body, read = JSON.parse, settings, ...more }) => {
  const unchecked = { unknownCategories: "ignore" } as const;
  await fc.assert(
    fc.asyncProperty(rows, order, async (data, columns) => {
      const options = { model: regressionModel, settings: { ...settings, ...unchecked } };
      const expected = await ask({ data }, { model: regressionModel, settings: unchecked });
      const asked = await ask(body(data, columns), { ...more, ...options });
      expect(read(asked.body)).toEqual(expected.scored.result);
      // The tree asks for little: what the model was given is compared too, in the order of its columns.
      const given = asked.rows.rows.map((each) =>
        Array.isArray(each) ? each : names.map((name) => (each as Row)[name]),
      );
      expect(given).toEqual(lists(data, names));
    }),
    { numRuns: 40 },
  );
});
