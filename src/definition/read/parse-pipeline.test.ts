import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { Compile } from "typebox/compile";
import { stringify } from "yaml";
import { describe, expect, test } from "vitest";
import { checkDefinition } from "../check/check-definition.ts";
import { pipelineSchema } from "../schema/pipeline-schema.ts";
import type { Template } from "../types.ts";
import { parsePipeline } from "./parse-pipeline.ts";

const name = fc
  .stringMatching(/^[a-z][a-z0-9_-]{0,8}$/)
  .filter((text) => !["constructor", "valueOf", "toString"].includes(text));
/** Texts that YAML would rather take for something else are among them. */
const text = fc
  .oneof(
    fc.constantFrom(
      "yes",
      "no",
      "null",
      "1.10",
      "0x1F",
      "~",
      "- a",
      "a: b",
      "# c",
      "*a",
      "&b",
      "!c",
      "<<",
      "2026-11-21",
      "'",
      '"',
      "\\",
      "\n",
      "  ",
      "é😀",
      "|",
      ">",
      "%",
      "@",
    ),
    fc.string({ unit: "grapheme", minLength: 1, maxLength: 20 }),
  )
  .filter((made) => !made.includes("${{") && !made.includes("\0") && made.isWellFormed());
const filled = text.filter((made) => made.length > 0);
const plain: fc.Arbitrary<Template> = fc.oneof(
  filled,
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
  fc
    .double({ noNaN: true, noDefaultInfinity: true })
    .filter((number) => !Object.is(number, -0) && (Number.isSafeInteger(number) || !Number.isInteger(number))),
);
const template = fc.oneof(plain, fc.array(plain, { maxLength: 3 }), fc.dictionary(name, plain, { maxKeys: 3 }));
const some = <T>(made: fc.Arbitrary<T>) => fc.option(made, { nil: undefined });

const base = {
  description: some(text),
  retries: some(fc.integer({ min: 0, max: 100 })),
  timeout: some(fc.integer({ min: 1, max: 2_592_000 })),
  for_each: some(fc.array(plain, { maxLength: 4 })),
  if: some(fc.constantFrom("always()", "parameters.number > 3", '${{ parameters.text == "a" }}')),
  allow_reuse: some(fc.boolean()),
  resources: some(
    fc.record({ cores: fc.integer({ min: 1, max: 8 }), memory: fc.constantFrom("2 GB", 1000, "512 MiB") }),
  ),
};
const step = fc.oneof(
  fc.record({
    type: fc.constant("command"),
    ...base,
    command: fc.array(filled, { minLength: 1, maxLength: 4 }).filter(([program]) => program?.trim() !== ""),
    env: some(fc.dictionary(fc.constantFrom("A", "B_1"), text)),
    inputs: some(fc.dictionary(name, template, { maxKeys: 3 })),
  }),
  fc.record({
    type: fc.constant("automl"),
    ...base,
    data: fc.constantFrom("bank", "bank@3", "${{ parameters.data }}"),
    options: fc.dictionary(name, template, { maxKeys: 4 }),
  }),
  fc.record({ type: fc.constant("approval"), ...base, message: filled }),
  fc.record({ type: fc.constant("http"), ...base, url: fc.constant("https://example.org/"), body: template }),
  fc.record({
    type: fc.constant("data_check"),
    ...base,
    data: fc.constant("bank"),
    checks: fc.array(
      fc.oneof(
        fc.record({ check: fc.constant("unique"), columns: fc.array(filled, { minLength: 1, maxLength: 3 }) }),
        fc.record({
          check: fc.constant("row_count"),
          min: fc.oneof(fc.integer(), fc.constant("${{ parameters.number }}")),
        }),
      ),
      { minLength: 1, maxLength: 3 },
    ),
  }),
);
/** Undefined members are none. */
const definition = fc
  .record({
    description: some(text),
    steps: fc.dictionary(name, step, { minKeys: 1, maxKeys: 5 }),
    timeout: some(fc.integer({ min: 1, max: 1000 })),
  })
  .map((made) => {
    const names = Object.keys(made.steps);
    const withNeeds = Object.entries(made.steps).map(([own, made], index) => [
      own,
      { ...made, ...(index > 0 && { needs: [names[index - 1]] }) },
    ]);
    const parameters = {
      number: { type: "number", default: 3 },
      text: { type: "string", default: "a" },
      data: { type: "dataset" },
    };
    return JSON.parse(
      JSON.stringify({ name: "generated", parameters, ...made, steps: Object.fromEntries(withNeeds) as unknown }),
    ) as Record<string, Template>;
  });

const numRuns = Number(process.env["SLIPWAY_FAULTS"] ?? 30);

test("a definition is the same as an object, as YAML, and as JSON", () => {
  fc.assert(
    fc.property(definition, (made) => {
      expect(checkDefinition(made)).toEqual({ definition: made, problems: [] });
      expect(parsePipeline(stringify(made))).toEqual({ definition: made, problems: [] });
      expect(parsePipeline(JSON.stringify(made, null, 2))).toEqual({ definition: made, problems: [] });
    }),
    { numRuns },
  );
});

test("what the JSON Schema refuses is refused, whatever was changed", () => {
  const validator = Compile(pipelineSchema);
  const change = fc.record({
    at: fc.nat(200),
    value: fc.oneof(template, fc.constant(undefined)),
    key: fc.option(fc.constantFrom("type", "retries", "extra", "checks"), { nil: null }),
  });
  fc.assert(
    fc.property(definition, change, (made, { at, value, key }) => {
      expect(validator.Check(made)).toBe(true);
      const changed = structuredClone(made);
      const places: { holder: Record<string, unknown>; key: string }[] = [];
      const visit = (holder: Record<string, unknown>): void => {
        for (const [inner, member] of Object.entries(holder)) {
          places.push({ holder, key: inner });
          if (typeof member === "object" && member !== null) visit(member as Record<string, unknown>);
        }
      };
      visit(changed);
      const place = places[at % places.length];
      if (place === undefined || Array.isArray(place.holder)) return;
      place.holder[key ?? place.key] = value;
      const sent = JSON.parse(JSON.stringify(changed)) as unknown;
      const { problems } = checkDefinition(sent);
      if (!validator.Check(sent)) expect(problems).not.toEqual([]);
    }),
    { numRuns: 3 * numRuns },
  );
});

describe("whatever text is given", () => {
  const words = [
    "name:",
    "steps:",
    " ",
    "\n",
    "\n  ",
    "- ",
    "[",
    "]",
    "{",
    "}",
    ":",
    ",",
    '"',
    "'",
    "&a ",
    "*a",
    "!!str ",
    "|",
    ">",
    "#",
    "---\n",
    "%YAML 1.1\n",
    "<<:",
    "?",
    "a",
    "${{ ",
    " }}",
    "\t",
    "\r\n",
    "\\",
    "@",
    "`",
    "é",
  ];
  test("it is read or refused", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: "binary", maxLength: 200 }),
          fc.array(fc.constantFrom(...words), { maxLength: 60 }).map((made) => made.join("")),
        ),
        (made) => {
          const { definition: found, problems } = parsePipeline(made);
          expect(found === null).toBe(problems.length > 0);
        },
      ),
      { numRuns: 2 * numRuns },
    );
  });

  const many = 2 ** 20;
  test.each([
    ["brackets", "[".repeat(many), /deeper than 32/],
    ["braces", "{a: ".repeat(many / 4), /deeper than 32/],
    ["dashes", "- ".repeat(many / 2), /deeper than 32/],
    ["question marks", "? ".repeat(many / 2), /deeper than 32/],
    ["levels", Array.from({ length: 1400 }, (_, index) => `${" ".repeat(index)}a:`).join("\n"), /deeper than 32/],
    ["commas", `[${",".repeat(many - 1)}`, /words and signs/],
    ["keys", Array.from({ length: 90_000 }, (_, index) => `k${index}: 1`).join("\n"), /words and signs/],
    ["bad escapes", `"${"\\x".repeat(many / 2 - 1)}"`, /no escape/],
    ["one long word", "x".repeat(many), /expected an object|at most/],
    ["comments", "#\n".repeat(many / 2), /words and signs/],
    ["more bytes", "é".repeat(many), /at most 1048576 bytes/],
  ])("1 MiB of %s is refused", (_name, made, message) => {
    expect(parsePipeline(made).problems[0]?.message).toMatch(message);
  });

  test("a billion laughs are refused, and an alias is what it stands for", () => {
    const lines = [
      "a0: &a0 lol",
      ...Array.from(
        { length: 12 },
        (_, index) => `a${index + 1}: &a${index + 1} [${Array.from({ length: 10 }, () => `*a${index}`).join(", ")}]`,
      ),
    ];
    expect(parsePipeline(lines.join("\n")).problems[0]?.message).toMatch(/more than 200000 values/);
    const found = parsePipeline("name: a\nsteps:\n  a: &a {type: approval, message: x}\n  b: *a");
    expect(found.definition?.steps).toEqual({
      a: { type: "approval", message: "x" },
      b: { type: "approval", message: "x" },
    });
    expect(parsePipeline("name: &n a\nsteps: &s\n  a: *s").problems.length).toBeGreaterThan(0);
  });
});

test("the example in docs/pipelines.md is valid", () => {
  const page = readFileSync(join(import.meta.dirname, "../../../docs/pipelines.md"), "utf8");
  const examples = [...page.matchAll(/```yaml\n(name: [^]*?)```/g)].map(([, example]) => example ?? "");
  expect(examples.length).toBeGreaterThan(0);
  for (const example of examples) expect(parsePipeline(example).problems).toEqual([]);
});
