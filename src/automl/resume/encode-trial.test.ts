/** Records survive being bytes, to the bit; what is no record, or no longer one, is refused. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeTrial, encodeTrial } from "./encode-trial.ts";
import type { FinishedTrialRecord, RecordedOutcome } from "./trial-record.ts";

const anyNumber = fc.double();
const seconds = fc.double({ min: 0, max: 1e6, noNaN: true });
const whole = fc.nat();
const text = fc.string({ unit: "grapheme" });
const outputs = fc.float64Array({ maxLength: 40 });
const outcome: fc.Arbitrary<RecordedOutcome> = fc.oneof(
  fc.record({ state: fc.constant("failed" as const), reason: text }),
  fc.record({ state: fc.constant("givenUp" as const), rungLoss: anyNumber, trainSeconds: seconds }),
  fc.record({
    state: fc.constant("finished" as const),
    outputs,
    firstRounds: whole,
    rounds: whole,
    rungLoss: anyNumber,
    trainSeconds: seconds,
    predictMicrosPerRow: seconds,
    value: anyNumber,
    loss: anyNumber,
    metrics: fc.dictionary(fc.stringMatching(/^[a-z_]{1,12}$/), anyNumber, { noNullPrototype: true }),
  }),
);
const param = fc.oneof(fc.double(), fc.boolean(), text);
const record: fc.Arbitrary<FinishedTrialRecord> = fc
  .record({
    run: fc.record({ slipway: text, data: text, options: text }),
    spec: fc.record({
      number: whole,
      algorithm: text,
      params: fc.dictionary(fc.stringMatching(/^[a-zA-Z]{1,12}$/), param, { noNullPrototype: true }),
      seed: whole,
      giveUpAbove: fc.oneof(anyNumber, fc.constant(Infinity)),
    }),
    elapsedSeconds: seconds,
    outcome,
  })
  // To plain objects.
  .map((each) => structuredClone(each));

const example: FinishedTrialRecord = {
  run: { slipway: "1.0.0", data: "d", options: "o" },
  spec: { number: 3, algorithm: "GradientBoosting", params: { rounds: 100 }, seed: 45, giveUpAbove: Infinity },
  elapsedSeconds: 1.5,
  outcome: {
    state: "finished",
    outputs: Float64Array.of(0.25, 0.75, 0.5, 0.5),
    firstRounds: 7,
    rounds: 8,
    rungLoss: NaN,
    trainSeconds: 1,
    predictMicrosPerRow: 2,
    value: 0.9,
    loss: -0.9,
    metrics: { accuracy: 0.9 },
  },
};

const refused = (message: RegExp) =>
  expect.objectContaining({ code: "SLW_AUTOML_RESUME", message: expect.stringMatching(message) });

describe("encodeTrial, decodeTrial", () => {
  it("any record comes back equal, and can be cloned", () => {
    fc.assert(
      fc.property(record, (each) => {
        expect(decodeTrial(encodeTrial(each))).toStrictEqual(each);
        expect(structuredClone(each)).toStrictEqual(each);
      }),
    );
  });

  it("from anywhere in a larger buffer", () => {
    const bytes = encodeTrial(example);
    const larger = new Uint8Array(bytes.length + 3);
    larger.set(bytes, 3);
    expect(decodeTrial(larger.subarray(3))).toStrictEqual(example);
  });
});

describe("what is refused", () => {
  const bytes = encodeTrial(example);

  it("every altered byte", () => {
    for (let i = 0; i < bytes.length; i++)
      expect(() => decodeTrial(bytes.with(i, bytes[i] ^ 1))).toThrow(refused(/not the record of a trial/));
  });

  it("every cut, and what is too long", () => {
    for (let length = 0; length < bytes.length; length++)
      expect(() => decodeTrial(bytes.subarray(0, length))).toThrow(refused(/not the record of a trial/));
    expect(() => decodeTrial(Uint8Array.of(...bytes, 0))).toThrow(refused(/cut or altered/));
  });

  it("bytes of others", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (other) => {
        expect(() => decodeTrial(other)).toThrow(refused(/not the record of a trial/));
      }),
    );
  });

  it("a newer format", () => {
    const newer = bytes.slice();
    newer[8] = 2;
    expect(() => decodeTrial(newer)).toThrow(refused(/format version 2/));
  });

  it.each<[string, object, RegExp]>([
    ["no trial", { spec: null }, /spec: expected an object, got null/],
    ["a broken number", { spec: { ...example.spec, number: -1 } }, /spec.number: expected a whole number/],
    ["a hyperparameter of objects", { spec: { ...example.spec, params: { a: [] } } }, /spec.params.a/],
    ["no run", { run: undefined }, /run: expected an object/],
    ["another state", { outcome: { state: "stopped" } }, /outcome.state|rungLoss/],
    ["endless seconds", { elapsedSeconds: Infinity }, /elapsedSeconds/],
  ])("%s under a right checksum", (_, change, message) => {
    const forged = { ...example, ...change } as FinishedTrialRecord;
    expect(() => decodeTrial(encodeTrial(forged))).toThrow(refused(message));
  });
});
