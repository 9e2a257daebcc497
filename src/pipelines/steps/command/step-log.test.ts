import fc from "fast-check";
import { expect, test } from "vitest";
import { createStepLog, longestLine } from "./step-log.ts";

/** What is kept of what a program writes in these chunks. */
async function logOf(
  chunks: readonly (string | Uint8Array)[],
  secrets: readonly string[] = [],
  most?: number,
): Promise<{ text: string; pieces: number; last: readonly string[] }> {
  const pieces: string[] = [];
  const append = (text: string): Promise<void> => {
    pieces.push(text);
    return Promise.resolve();
  };
  const log = createStepLog(append, secrets, most);
  for (const chunk of chunks) log.write(Buffer.from(chunk as string));
  await log.end();
  return { text: pieces.join(""), pieces: pieces.length, last: log.lastLines };
}

test("lines are whole and in order, however the bytes are cut", async () => {
  const lines = fc.array(
    fc.string({ unit: "grapheme", maxLength: 20 }).map((line) => line.replaceAll(/[\r\n]/g, "")),
    { minLength: 1, maxLength: 20 },
  );
  await fc.assert(
    fc.asyncProperty(
      lines,
      fc.constantFrom("\n", "\r\n", "\r"),
      fc.integer({ min: 1, max: 7 }),
      async (given, end, step) => {
        const bytes = Buffer.from(given.map((line) => line + end).join(""));
        const chunks = Array.from({ length: Math.ceil(bytes.length / step) }, (_, i) =>
          bytes.subarray(i * step, (i + 1) * step),
        );
        expect((await logOf(chunks)).text).toBe(
          given.map((line) => `${Buffer.from(line).toString("utf8")}\n`).join(""),
        );
      },
    ),
    { numRuns: 20 },
  );
});

test("a last line without an end gets one, and bytes that are no text are shown as such", async () => {
  expect((await logOf(["a\nb"])).text).toBe("a\nb\n");
  expect((await logOf([Uint8Array.of(0x66, 0xff, 0x67, 10)])).text).toBe("f\ufffdg\n");
});

test("a line that is too long is cut, and says so", async () => {
  const { text } = await logOf(["x".repeat(3 * longestLine), "\nnext\n"]);
  expect(text).toBe(`${"x".repeat(longestLine)} … (a line of ${3 * longestLine} bytes, cut)\nnext\n`);
});

test("secrets are masked, also at the place where a line is cut and in the reason of a failure", async () => {
  const secret = "slw_0123456789abcdefghijklmnopqrstuvwxyzABCDEFG";
  for (const before of [0, 10, longestLine - 20, longestLine - 1, longestLine]) {
    const { text, last } = await logOf(
      [`${"x".repeat(before)}${secret.slice(0, 9)}`, `${secret.slice(9)} after\n`],
      [secret],
    );
    expect(text).not.toContain(secret.slice(0, 8));
    expect(last.join("")).not.toContain(secret.slice(0, 8));
  }
});

test("the beginning and the end of a long log are kept, with a note of what is left out", async () => {
  const lines = Array.from({ length: 50_000 }, (_, n) => `line ${n}\n`);
  const all = lines.join("");
  const { text } = await logOf([all], [], 200_000);
  const [, count, characters] = /… \((\d+) lines, (\d+) characters, were left out here\)\n/.exec(text) ?? [];
  const [head = "", tail = ""] = text.split(/… \(.*\)\n/);
  expect(all.startsWith(head)).toBe(true);
  expect(all.endsWith(tail)).toBe(true);
  expect(head.length + tail.length + Number(characters)).toBe(all.length);
  expect(head.split("\n").length - 1 + (tail.split("\n").length - 1) + Number(count)).toBe(lines.length);
  expect(text.length).toBeLessThan(220_000);
  expect(Math.min(head.length, tail.length)).toBeGreaterThan(70_000);
});

test("many lines cost few pieces, and a piece that cannot be sent fails the end", async () => {
  const { pieces } = await logOf(Array.from({ length: 10_000 }, (_, n) => `line ${n}\n`));
  expect(pieces).toBeLessThan(5);
  const log = createStepLog(() => Promise.reject(new Error("away")), []);
  log.write(Buffer.from("line\n"));
  await expect(log.end()).rejects.toThrow("away");
});
