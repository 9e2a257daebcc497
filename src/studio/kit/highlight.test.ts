import fc from "fast-check";
import { expect, test } from "vitest";
import { highlight, nodesOf, type CodeLanguage, type CodeNode } from "./highlight.ts";

function textOf(nodes: readonly CodeNode[]): string {
  return nodes.map((node) => (typeof node === "string" ? node : textOf(node.children))).join("");
}

const samples: Readonly<Record<Exclude<CodeLanguage, "text">, string>> = {
  bash: `echo "$HOME" && curl -H 'a: b' <<< "&lt;"`,
  json: `{ "a": "<script>alert('&amp;')</script>", "b": [1, true, null] }`,
  python: `f"{x!r} & {y}"  # <b>\ndef f(a: int = 3) -> str: ...`,
  sql: "SELECT count(*) FROM runs WHERE a <> 'b' -- &",
  typescript: "const a = `<i>${b && c}</i>`; // x",
  xml: `<a href="x&amp;y">&lt;b&gt;</a><!-- c -->`,
  yaml: "a: b # c\nd:\n  - <e>\n",
};

test.each(Object.entries(samples))("%s is coloured, and its text stays what it was", async (language, code) => {
  const nodes = await highlight(code, language as CodeLanguage);
  expect(nodes?.some((node) => typeof node !== "string")).toBe(true);
  expect(textOf(nodes ?? [])).toBe(code);
});

test("the text of any code stays what it was", async () => {
  const languages = Object.keys(samples) as CodeLanguage[];
  const piece = fc.oneof(
    fc.string(),
    fc.constantFrom("<", ">", "&", "&lt;", '"', "'", "</span>", '<span class="hljs-x">'),
  );
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...languages), fc.array(piece), async (language, pieces) => {
      const code = pieces.join("");
      expect(textOf((await highlight(code, language)) ?? [])).toBe(code);
    }),
    { numRuns: 300 },
  );
});

test("plain text and very long code are left as they are", async () => {
  expect(await highlight("a", "text")).toBeNull();
  expect(await highlight("1".repeat(200_001), "json")).toBeNull();
});

test("spans that are not closed, or closed too often, lose no text", () => {
  expect(nodesOf('a<span class="hljs-keyword">b')).toEqual(["a", { kind: "keyword", children: ["b"] }]);
  expect(textOf(nodesOf("a</span>b"))).toContain("b");
  expect(nodesOf("<img src=x>")).toEqual(["<", "img src=x>"]);
});
