/** A request of the REST API as code of others: curl, Python, TypeScript. */
import { shellQuoted } from "./shell-quoted.ts";

export interface RestCall {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** From the root, with its query: /api/v1/workspaces/default/runs?limit=50 */
  readonly path: string;
  /** Sent as JSON. */
  readonly body?: unknown;
}

/** A command that runs as printed where $SLIPWAY_TOKEN is set. */
export function curlOf({ method, path, body }: RestCall, origin: string): string {
  const lines = [`curl ${method === "GET" ? "" : `-X ${method} `}${shellQuoted(origin + path)}`];
  lines.push('-H "Authorization: Bearer $SLIPWAY_TOKEN"');
  if (body !== undefined) {
    lines.push("-H 'Content-Type: application/json'");
    lines.push(`-d ${shellQuoted(JSON.stringify(body, null, 2))}`);
  }
  return lines.join(" \\\n  ");
}

export function pythonOf({ method, path, body }: RestCall, origin: string): string {
  const lines = ["import os", "import requests", "", `answer = requests.${method.toLowerCase()}(`];
  lines.push(`    ${pythonText(origin + path)},`);
  lines.push(`    headers={"Authorization": f"Bearer {os.environ['SLIPWAY_TOKEN']}"},`);
  if (body !== undefined) lines.push(`    json=${pythonValue(JSON.parse(JSON.stringify(body)), 1)},`);
  lines.push(")", "answer.raise_for_status()");
  lines.push(method === "DELETE" ? "print(answer.status_code)" : "print(answer.json())");
  return lines.join("\n");
}

function pythonText(text: string): string {
  // A text of JSON is one of Python: the same escapes mean the same.
  return JSON.stringify(text);
}

function pythonValue(value: unknown, depth: number): string {
  const inner = "    ".repeat(depth + 1);
  const outer = "    ".repeat(depth);
  if (value === null) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value === "string") return pythonText(value);
  if (Array.isArray(value)) {
    if (value.length === 0) return "[]";
    return `[\n${value.map((item) => `${inner}${pythonValue(item, depth + 1)},\n`).join("")}${outer}]`;
  }
  if (typeof value !== "object") return String(value);
  const entries = Object.entries(value);
  if (entries.length === 0) return "{}";
  const lines = entries.map(([key, item]) => `${inner}${pythonText(key)}: ${pythonValue(item, depth + 1)},\n`);
  return `{\n${lines.join("")}${outer}}`;
}

export function typescriptOf({ method, path, body }: RestCall, origin: string): string {
  const lines = [`const answer = await fetch(${JSON.stringify(origin + path)}, {`];
  if (method !== "GET") lines.push(`  method: "${method}",`);
  if (body === undefined) lines.push("  headers: { authorization: `Bearer ${process.env.SLIPWAY_TOKEN}` },");
  else {
    lines.push("  headers: {", "    authorization: `Bearer ${process.env.SLIPWAY_TOKEN}`,");
    lines.push('    "content-type": "application/json",', "  },");
    lines.push(`  body: JSON.stringify(${JSON.stringify(body, null, 2).replaceAll("\n", "\n  ")}),`);
  }
  lines.push("});", "if (!answer.ok) throw new Error(await answer.text());");
  if (method !== "DELETE") lines.push("console.log(await answer.json());");
  return lines.join("\n");
}
