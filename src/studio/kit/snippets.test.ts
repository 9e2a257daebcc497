import { execFileSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { shellQuoted } from "./shell-quoted.ts";
import { curlOf, pythonOf, typescriptOf, type RestCall } from "./snippets.ts";

const origin = "http://127.0.0.1:8080";
const call: RestCall = {
  method: "POST",
  path: "/api/v1/workspaces/default/runs?filter=a%20b&x=1",
  body: {
    name: `it's "one" \\ $HOME \`x\`\n😀`,
    n: 1.5,
    yes: true,
    none: null,
    list: [],
    map: {},
    tags: ["a", { b: "é" }],
  },
};

/** A program that stands in for curl and prints what it was given, as JSON. */
function argumentsOf(command: string): string[] {
  const shown = `curl() { node -e 'console.log(JSON.stringify(process.argv.slice(1)))' -- "$@"; }\nSLIPWAY_TOKEN=slw_1\n`;
  return JSON.parse(execFileSync("sh", ["-c", shown + command], { encoding: "utf8" })) as string[];
}

describe("curl", () => {
  test("is one command that a shell reads as it was meant", () => {
    const [method, post, address, header, token, type, json, flag, body] = argumentsOf(curlOf(call, origin));
    expect([method, post, header, type, flag]).toEqual(["-X", "POST", "-H", "-H", "-d"]);
    expect([address, token, json]).toEqual([
      origin + call.path,
      "Authorization: Bearer slw_1",
      "Content-Type: application/json",
    ]);
    expect(JSON.parse(body ?? "")).toEqual(call.body);
  });

  test("a GET names no method", () => {
    expect(curlOf({ method: "GET", path: "/api/v1/server" }, origin)).toBe(
      `curl ${origin}/api/v1/server \\\n  -H "Authorization: Bearer $SLIPWAY_TOKEN"`,
    );
  });

  test.each([
    ["plain", "plain"],
    ["a b", "'a b'"],
    ["it's", String.raw`'it'\''s'`],
    ["", "''"],
  ])("quotes %s", (text, expected) => {
    expect(shellQuoted(text)).toBe(expected);
  });
});

test("Python reads the same body", () => {
  const program = pythonOf(call, origin);
  const stub = [
    "import sys, types, json, os",
    "os.environ['SLIPWAY_TOKEN'] = 'slw_1'",
    "requests = types.ModuleType('requests')",
    "class Answer:",
    "    def raise_for_status(self): pass",
    "    def json(self): return None",
    "def post(url, headers, json): sys.stderr.write(''); globals()['seen'] = [url, headers, json]; return Answer()",
    "requests.post = post",
    "sys.modules['requests'] = requests",
    program.replace("print(answer.json())", "import json as j\nprint(j.dumps(seen))"),
  ];
  const [url, headers, body] = JSON.parse(
    execFileSync("python3", ["-c", stub.join("\n")], { encoding: "utf8" }),
  ) as unknown[];
  expect([url, headers, body]).toEqual([origin + call.path, { Authorization: "Bearer slw_1" }, call.body]);
});

test("TypeScript sends the same request", async () => {
  const run = async (code: string): Promise<unknown[]> => {
    const seen: unknown[] = [];
    const fetch = async (...args: unknown[]) => {
      seen.push(...args);
      return { ok: true, json: async () => null };
    };
    const program = `return async (fetch, process, console) => {\n${code}\n};`;
    // oxlint-disable-next-line no-new-func, no-implied-eval -- The snippet is what is tested.
    const start = new Function(program)() as (...args: unknown[]) => Promise<void>;
    await start(fetch, { env: { SLIPWAY_TOKEN: "slw_1" } }, { log: () => undefined });
    return seen;
  };
  const [url, options] = (await run(typescriptOf(call, origin))) as [string, RequestInit & { body: string }];
  expect(url).toBe(origin + call.path);
  expect(options.method).toBe("POST");
  expect(options.headers).toEqual({ authorization: "Bearer slw_1", "content-type": "application/json" });
  expect(JSON.parse(options.body)).toEqual(call.body);
  expect(await run(typescriptOf({ method: "GET", path: "/api/v1/server" }, origin))).toEqual([
    `${origin}/api/v1/server`,
    { headers: { authorization: "Bearer slw_1" } },
  ]);
});
