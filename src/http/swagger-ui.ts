/** The files of Swagger UI, for the page of the API and that of every endpoint. */
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";

/** Those that a page needs, with their media types. */
export const swaggerUiFiles: Readonly<Record<string, string>> = {
  "swagger-ui.css": "text/css; charset=utf-8",
  "swagger-ui-bundle.js": "text/javascript; charset=utf-8",
  "favicon-32x32.png": "image/png",
};

/** Swagger UI writes styles and images into the page; scripts and requests stay on this origin. */
export const swaggerUiPolicy =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'";

/** In the published package the files stand beside this module (scripts/build.mjs); in a checkout in node_modules. */
export function swaggerUiFolder(): string {
  const beside = fileURLToPath(new URL("./swagger-ui", import.meta.url));
  if (existsSync(beside)) return beside;
  return dirname(createRequire(import.meta.url).resolve("swagger-ui-dist/package.json"));
}
