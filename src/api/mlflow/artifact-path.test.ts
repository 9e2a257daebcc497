import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { proxiedPath, safeFilePath, safePath } from "./artifact-path.ts";
import { hostilePaths } from "./test-hostile-paths.ts";

describe("a path", () => {
  test.each(hostilePaths)("%j is refused", (path) => {
    expect(() => safePath(path)).toThrow(
      expect.objectContaining({ code: "SLW_MLFLOW_INPUT", message: "Invalid path" }),
    );
  });

  test.each([
    ["", ""],
    [".", ""],
    ["a", "a"],
    ["a/", "a"],
    ["./a//b/.", "a/b"],
    ["0/models/m-1/artifacts/MLmodel", "0/models/m-1/artifacts/MLmodel"],
    ["dog+step+20%.png", "dog+step+20%.png"],
    ["....", "...."],
    ["ein Bild äöü.png", "ein Bild äöü.png"],
  ])("%j is %j", (path, expected) => expect(safePath(path)).toBe(expected));

  test.each(["", ".", "a/", "/"])("%j is no file's", (path) =>
    expect(() => safeFilePath(path)).toThrow("Invalid path"),
  );

  test("that is let through has plain segments, and stays as it is when it comes again", () => {
    const piece = fc.constantFrom("..", ".", "a", "b c", "%2e", "%", "\\", ";", "/", ":", "\0", "é");
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
        let safe: string;
        try {
          safe = safePath(pieces.join(""));
        } catch {
          return;
        }
        expect(safe).not.toMatch(/(^|\/)\.{0,2}(\/|$)(?=.)|[\\;\0]|%2e/);
        expect(safePath(safe)).toBe(safe);
      }),
      { numRuns: 1000 },
    );
  });
});

test.each([
  ["mlflow-artifacts:/0/a", "0/a"],
  ["mlflow-artifacts:/", ""],
  ["mlflow-artifacts:", ""],
  ["mlflow-artifacts://host:1/0/a", "0/a"],
  ["http://host:1/api/2.0/mlflow-artifacts/artifacts/0/a", "0/a"],
  ["http://host/other/0/a", null],
  ["s3://bucket/a", null],
  ["file:///tmp/a", null],
  ["/tmp/a", null],
  ["mlflow-artifacts:/../a", null],
  ["mlflow-artifacts:/a/%2e%2e/b", null],
])("the location %s is the proxied path %s", (location, expected) => expect(proxiedPath(location)).toBe(expected));
