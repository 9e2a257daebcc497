import { PassThrough } from "node:stream";
import { beforeEach, describe, expect, test, vi } from "vitest";
import type { AutoMLEvent } from "../automl/index.ts";
import { createProgress } from "./automl-progress.ts";
import { createOutput } from "./output.ts";
import { textWidth } from "./text.ts";

const model = (trial: number, name: string, value: number) => ({
  trial,
  name,
  value,
  metrics: {},
  trainSeconds: 1.25,
  predictMicrosPerRow: 3,
  params: {},
});

const events: AutoMLEvent[] = [
  {
    type: "started",
    task: "regression",
    target: "price",
    metric: "normalized_root_mean_squared_error",
    rows: 442,
    columns: 10,
    validation: "cv:10",
    testRows: 0,
    guardrails: { schema_type: "faults", schema_version: "1.0.0", faults: [] },
    timeLimit: 60,
    maxTrials: null,
    threads: 2,
    notes: ["id: ignored, since it has another value in every row\u001b[2J"],
  },
  { type: "trialStarted", trial: 0, name: "GradientBoosting", elapsedSeconds: 0.1 },
  { type: "trialStarted", trial: 1, name: "StandardScaler ElasticNet", elapsedSeconds: 0.1 },
  {
    type: "trialFinished",
    model: model(1, "StandardScaler ElasticNet", 0.17),
    best: true,
    bestValue: 0.17,
    elapsedSeconds: 1,
    secondsLeft: 59,
  },
  { type: "trialFailed", trial: 0, name: "GradientBoosting", reason: "out of memory", elapsedSeconds: 2 },
  { type: "refitting", members: ["StandardScaler ElasticNet", "RandomForest"], elapsedSeconds: 3 },
];

beforeEach(() => {
  vi.stubEnv("FORCE_COLOR", undefined);
  vi.stubEnv("NO_COLOR", undefined);
});

/** Everything written to a stream that is a terminal, or not. */
function shown(stream: { isTTY: boolean; columns?: number }, quiet = false): string {
  const terminal = Object.assign(new PassThrough(), stream);
  const progress = createProgress(createOutput(terminal as unknown as NodeJS.WriteStream, quiet));
  for (const event of events) progress.show(event);
  progress.stop();
  return String(terminal.read() ?? "");
}

describe("on a terminal", () => {
  test.each([40, 60, 80, 120, 200])("rows of the table and the status fit %d columns", (columns) => {
    const text = shown({ isTTY: true, columns });
    // oxlint-disable-next-line no-control-regex
    const pieces = text.replace(/\u001b\[\d+m/g, "").split(/\r\u001b\[K|\n/);
    const rows = pieces.filter((piece) => /^ *(trial|\d+) {2}|^\d+ s ·/.test(piece));
    expect(rows.length).toBeGreaterThan(5);
    for (const row of rows) expect(textWidth(row)).toBeLessThanOrEqual(columns);
  });

  test("the status is gone at the end", () => {
    const text = shown({ isTTY: true, columns: 200 });
    expect(text).toContain("training 2 members on all rows");
    expect(text.endsWith("\r\u001b[K")).toBe(true);
  });

  test("text of the table cannot clear the screen", () => {
    expect(shown({ isTTY: true, columns: 100 })).not.toContain("\u001b[2J");
  });
});

test("without a terminal there are plain lines only", () => {
  const text = shown({ isTTY: false });
  expect(text).not.toMatch(/[\u001b\r]/);
  expect(text).toMatch(/^ +1 {2}StandardScaler ElasticNet .+0\.17000 +0\.17000 +1\.25$/m);
  expect(text).toMatch(/^ +0 {2}GradientBoosting +failed: out of memory$/m);
});

test("quiet shows nothing", () => {
  expect(shown({ isTTY: true, columns: 100 }, true)).toBe("");
  expect(shown({ isTTY: false }, true)).toBe("");
});
