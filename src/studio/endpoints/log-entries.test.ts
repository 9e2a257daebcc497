import fc from "fast-check";
import { expect, test } from "vitest";
import type { EndpointLogEntry } from "../../contract/index.ts";
import { isShown, joinLines, withoutSeen, type LogLine } from "./log-entries.ts";

const entry: EndpointLogEntry = {
  at: "2026-01-01T00:00:00.000Z",
  kind: "request",
  level: "warn",
  message: "400 azure",
  requestId: "a",
  traceId: null,
  deployment: "blue",
  model: "bank@1",
  status: 400,
  code: "SLW_SCORE_VALUE",
  wire: "azure",
  rows: null,
  milliseconds: 12,
  mirrored: false,
};
const process = {
  ...entry,
  kind: "process" as const,
  level: "info" as const,
  status: null,
  milliseconds: null,
  requestId: null,
};

test.each([
  [{}, true, true],
  [{ level: "warn" as const }, true, false],
  [{ level: "error" as const }, false, false],
  [{ status: "4xx" as const }, true, false],
  [{ status: "2xx" as const }, false, false],
  [{ slow: 12 }, true, false],
  [{ slow: 12.5 }, false, false],
  [{ request: "a" }, true, false],
  [{ request: "b" }, false, false],
])("the filter %j shows the request: %s, the line of a process: %s", (filter, request, line) => {
  expect([isShown(entry, filter), isShown(process, filter)]).toEqual([request, line]);
});

test("lines keep their order and their numbers, and the latest stay", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(4000), { maxLength: 6 }), (counts) => {
      let lines: LogLine[] = [];
      for (const count of counts)
        lines = joinLines(
          lines,
          Array.from({ length: count }, () => entry),
        );
      const total = counts.reduce((sum, count) => sum + count, 0);
      expect(lines).toHaveLength(Math.min(total, 5000));
      expect(lines.at(-1)?.number).toBe(total === 0 ? undefined : total - 1);
      expect(lines.every((line, index) => line.number === (lines[0] as LogLine).number + index)).toBe(true);
    }),
    { numRuns: 20 },
  );
});

test("what was read and came by the stream too is one line", () => {
  expect(withoutSeen([entry, { ...entry, requestId: "b" }], [{ ...entry }])).toEqual([{ ...entry, requestId: "b" }]);
});
