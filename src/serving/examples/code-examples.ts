/** Ready code for clients: it runs as it stands once KEY is replaced by the key. */
import type { ScoringColumn } from "../backends/types.ts";
import type { AuthMode } from "../config/index.ts";

export interface ExampleSource {
  /** "http://127.0.0.1:20001/score". */
  readonly scoringUri: string;
  readonly schema: { readonly columns: readonly Pick<ScoringColumn, "name" | "example">[] };
  readonly authMode: AuthMode;
}

export interface CodeExamples {
  /** A body for /score: one row of the values that the columns give as examples. */
  readonly request: unknown;
  /** For a POSIX shell. */
  readonly curl: string;
  /** With the package requests. */
  readonly python: string;
  /** With fetch, as an ES module: Node, Deno, Bun, or a page. */
  readonly typescript: string;
}

export function codeExamples({ scoringUri, schema, authMode }: ExampleSource): CodeExamples {
  const row = Object.fromEntries(schema.columns.map(({ name, example }) => [name, example]));
  const request = { data: [row] };
  const withKey = authMode !== "none";
  return {
    request,
    curl: curlCode(scoringUri, request, withKey),
    python: pythonCode(scoringUri, request, withKey),
    typescript: typescriptCode(scoringUri, request, withKey),
  };
}

function curlCode(uri: string, request: unknown, withKey: boolean): string {
  const parts = [
    `curl ${shellText(uri)}`,
    ...(withKey ? ["-H 'Authorization: Bearer KEY'"] : []),
    "-H 'Content-Type: application/json'",
    `-d ${shellText(JSON.stringify(request))}`,
  ];
  return parts.join(" \\\n  ");
}

/** Between single quotes a shell changes nothing; only a single quote itself has to leave them. */
function shellText(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

function pythonCode(uri: string, request: unknown, withKey: boolean): string {
  const lines = [
    "import requests",
    "",
    `url = ${JSON.stringify(uri)}`,
    ...(withKey ? ['key = "KEY"'] : []),
    `body = ${literal(request, pythonWords)}`,
    `response = requests.post(url, json=body${withKey ? ', headers={"Authorization": f"Bearer {key}"}' : ""}, timeout=60)`,
    "response.raise_for_status()",
    "print(response.json())",
  ];
  return lines.join("\n");
}

function typescriptCode(uri: string, request: unknown, withKey: boolean): string {
  const lines = [
    ...(withKey ? ['const key = "KEY";'] : []),
    `const response = await fetch(${JSON.stringify(uri)}, {`,
    '  method: "POST",',
    `  headers: { ${withKey ? "Authorization: `Bearer ${key}`, " : ""}"Content-Type": "application/json" },`,
    `  body: JSON.stringify(${literal(request, javascriptWords).replaceAll("\n", "\n  ")}),`,
    "});",
    "if (!response.ok) throw new Error(await response.text());",
    "console.log(await response.json());",
  ];
  return lines.join("\n");
}

type Words = Readonly<Record<"null" | "true" | "false", string>>;

const pythonWords: Words = { null: "None", true: "True", false: "False" };
const javascriptWords: Words = { null: "null", true: "true", false: "false" };

/** A JSON value in a language whose texts, numbers, lists and objects are written as JSON's. */
function literal(value: unknown, words: Words, indent = ""): string {
  if (value === null || typeof value === "boolean") return words[String(value) as keyof Words];
  if (typeof value !== "object") return JSON.stringify(value);
  const inner = `${indent}  `;
  const items = Array.isArray(value)
    ? value.map((item) => literal(item, words, inner))
    : Object.entries(value as object).map(([key, item]) => `${JSON.stringify(key)}: ${literal(item, words, inner)}`);
  const [open, close] = Array.isArray(value) ? ["[", "]"] : ["{", "}"];
  if (items.length === 0) return `${open}${close}`;
  return `${open}\n${items.map((item) => `${inner}${item},\n`).join("")}${indent}${close}`;
}
