/** Swagger UI for an endpoint, at /docs: no request leaves the endpoint. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { swaggerUiFiles, swaggerUiFolder, swaggerUiPage, swaggerUiPolicy, swaggerUiScript } from "../../http/index.ts";

export interface DocsAsset {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
}

/** Addresses are relative: a proxy may serve the endpoint under a path of its own. */
const page = swaggerUiPage("Scoring endpoint", "docs/");

/** Of the two documents the one whose "Authorize" takes the key alone, without "Bearer". */
const script = swaggerUiScript("swagger.json?version=3");

/** Every path of the page. */
export const docsPaths: readonly string[] = [
  "/docs",
  "/docs/start.js",
  ...Object.keys(swaggerUiFiles).map((name) => `/docs/${name}`),
];

/** @returns null where the path is not the page's. Files are read anew each time: nobody waits for them, and memory does. */
export async function readDocsAsset(path: string): Promise<DocsAsset | null> {
  if (path === "/docs") {
    const headers = { "content-type": "text/html; charset=utf-8", "content-security-policy": swaggerUiPolicy };
    return { headers, body: page };
  }
  if (path === "/docs/start.js") {
    return { headers: { "content-type": "text/javascript; charset=utf-8" }, body: script };
  }
  const name = path.startsWith("/docs/") ? path.slice("/docs/".length) : "";
  if (!Object.hasOwn(swaggerUiFiles, name)) return null;
  const headers = { "content-type": swaggerUiFiles[name] as string };
  return { headers, body: await readFile(join(swaggerUiFolder(), name)) };
}
