/** The code runs as it stands: against a server that keeps what comes, by the programs that users have. */
import { execFile } from "node:child_process";
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ScoringColumn } from "../backends/index.ts";
import { codeExamples, type CodeExamples } from "./index.ts";

const run = promisify(execFile);
const column = (name: string, example: ScoringColumn["example"]): ScoringColumn => ({
  name,
  type: typeof example === "number" ? "numeric" : "string",
  integer: false,
  nullable: example === null,
  categories: null,
  range: null,
  example,
});

/** What quoting has to get right. */
const columns = [
  column("age", 41),
  column("it's", `'; echo "$HOME" \`id\` \\ %s !x`),
  column('a "b"', "line\nline\ttab\u0000\u2028é😀"),
  column("small", 1e-7),
  column("large", -1.5e300),
  column("none", null),
  column("$(touch x)", "<b>&amp;{braces}"),
];

interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: unknown;
}

let server: Server;
let received: Received[] = [];
let folder = "";
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "slipway-examples-"));
  server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    received.push({ headers: request.headers, body: JSON.parse(Buffer.concat(chunks).toString()) });
    response.setHeader("content-type", "application/json").end('{"result":["yes"]}');
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true, force: true });
});

function examples(authMode: "key" | "none"): CodeExamples {
  const { port } = server.address() as AddressInfo;
  return codeExamples({ scoringUri: `http://127.0.0.1:${port}/score`, schema: { columns }, authMode });
}

const programs: readonly (readonly [keyof CodeExamples, readonly string[], (code: string) => readonly string[]])[] = [
  ["curl", ["curl", "--version"], (code) => ["sh", "-c", code]],
  ["python", ["python3", "-c", "import requests"], (code) => ["python3", "-c", code]],
  ["typescript", [process.execPath, "--version"], (code) => [process.execPath, saved(code)]],
];

function saved(code: string): string {
  const file = join(folder, "example.ts");
  writeFileSync(file, code);
  return file;
}

describe.each(programs)("%s", async (name, probe, commandOf) => {
  const isThere = await run(probe[0] as string, probe.slice(1)).then(
    () => true,
    () => false,
  );
  const reason = isThere ? "" : ` (skipped: ${probe.join(" ")} fails)`;

  test.skipIf(!isThere).each(["key", "none"] as const)(`auth mode %s${reason}`, async (authMode) => {
    received = [];
    const code = examples(authMode);
    const text = (code[name] as string).replace(/\bKEY\b/g, "s3cret");
    const [program, ...args] = commandOf(text.replace(/^curl /, "curl -sS "));
    const { stdout, stderr } = await run(program as string, args, { cwd: folder });
    expect(stderr).toBe("");
    expect(stdout).toMatch(/result.*yes/s);
    expect(received).toHaveLength(1);
    expect(received[0]?.body).toEqual(code.request);
    expect(received[0]?.headers["content-type"]).toMatch(/^application\/json/);
    expect(received[0]?.headers.authorization).toBe(authMode === "key" ? "Bearer s3cret" : undefined);
  });
});

test("the request is one row of examples", () => {
  expect(examples("key").request).toEqual({
    data: [Object.fromEntries(columns.map((each) => [each.name, each.example]))],
  });
});

test("a model that does not say its columns", () => {
  const { python, request } = codeExamples({ scoringUri: "http://h/score", schema: { columns: [] }, authMode: "none" });
  expect(request).toEqual({ data: [{}] });
  expect(python).toContain("{}");
});
