import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { expect, test } from "vitest";
import { withKey } from "./snippet.ts";

const examples = {
  curl: "curl 'http://127.0.0.1:1/score' \\\n  -H 'Authorization: Bearer KEY' \\\n  -d '{\"data\":[{\"word\":\"KEY\"}]}'",
  python: 'key = "KEY"\nbody = {"word": "KEY"}',
  typescript: 'const key = "KEY";\nconst body = {"word": "KEY"};',
};
const key = fc.string({
  unit: fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCharCode(code)),
  minLength: 16,
  maxLength: 40,
});

test("only the key's place is filled", () => {
  expect(withKey(examples, "python", "abc")).toBe('key = "abc"\nbody = {"word": "KEY"}');
  expect(withKey(examples, "typescript", "abc")).toBe('const key = "abc";\nconst body = {"word": "KEY"};');
});

test("a shell reads every key as it is", () => {
  fc.assert(
    fc.property(key, (value) => {
      const script = withKey(examples, "curl", value).replace("curl", "printf '%s\\n'");
      const lines = execFileSync("sh", ["-c", script], { encoding: "utf8" }).split("\n");
      expect(lines[2]).toBe(`Authorization: Bearer ${value}`);
    }),
    { numRuns: 25 },
  );
});

test("JavaScript reads every key as it is", () => {
  fc.assert(
    fc.property(key, (value) => {
      const literal = /^const key = (.*);$/m.exec(withKey(examples, "typescript", value))?.[1] ?? "";
      expect(JSON.parse(literal)).toBe(value);
    }),
  );
});
