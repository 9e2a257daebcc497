/** The recorded answers are what the contract says: one that has gone stale must not be shown as a page's truth. */
import { Value } from "typebox/value";
import { expect, test } from "vitest";
import { operations, Problem, type Operation } from "../../src/contract/index.ts";
import { readRecording } from "./recording.ts";

const recording = readRecording();

/** Longest first: /runs/compare is no run of the name compare. */
const known = Object.entries(operations as Record<string, Operation>)
  .map(([id, operation]) => ({ id, operation, pattern: patternOf(operation.path) }))
  .toSorted((a, b) => literals(b.operation.path) - literals(a.operation.path));

function patternOf(path: string): RegExp {
  const escaped = path.replaceAll(".", "\\.");
  return new RegExp(`^${escaped.replace(/\{\w+\*\}/, ".+").replaceAll(/\{\w+\}/g, "[^/]+")}$`);
}

function literals(path: string): number {
  return path.split("/").filter((part) => !part.includes("{")).length;
}

function operationOf(key: string): { readonly id: string; readonly operation: Operation } | undefined {
  const [method, target = ""] = key.split(" ");
  const { pathname } = new URL(target, "http://studio");
  return known.find(({ operation, pattern }) => operation.method === method && pattern.test(pathname));
}

test.skipIf(recording === null)("every recorded answer has the form that its operation promises", () => {
  const wrong = Object.entries(recording?.answers ?? {}).flatMap(([key, { status, type, body }]) => {
    const found = operationOf(key);
    if (found === undefined) return [`${key}: no such operation`];
    if (found.operation.download !== undefined && status < 300) return [];
    const schema = status >= 400 ? Problem : found.operation.result;
    if (schema === undefined || schema === null) return status === 204 ? [] : [`${key}: ${status} ${type}`];
    return [...Value.Errors(schema, body)]
      .slice(0, 1)
      .map(({ instancePath, message }) => `${found.id} ${key}: ${instancePath} ${message}`);
  });
  expect(wrong).toEqual([]);
  expect(Object.keys(recording?.answers ?? {}).length).toBeGreaterThan(20);
});
