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

/** @param assets where the page finds the files and start.js: an address that ends in a slash */
export function swaggerUiPage(title: string, assets: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>${title}</title>
<link rel="icon" type="image/png" href="${assets}favicon-32x32.png">
<link rel="stylesheet" href="${assets}swagger-ui.css">
</head>
<body>
<div id="swagger-ui"></div>
<script src="${assets}swagger-ui-bundle.js"></script>
<script src="${assets}start.js"></script>
</body>
</html>
`;
}

/** start.js of the page. @param document address of what it shows */
export function swaggerUiScript(document: string): string {
  return `SwaggerUIBundle({ url: "${document}", dom_id: "#swagger-ui", deepLinking: true, persistAuthorization: false, validatorUrl: null });\n`;
}

/** In the published package the files stand beside this module (scripts/build.mjs); in a checkout in node_modules. */
export function swaggerUiFolder(): string {
  const beside = fileURLToPath(new URL("./swagger-ui", import.meta.url));
  if (existsSync(beside)) return beside;
  return dirname(createRequire(import.meta.url).resolve("swagger-ui-dist/package.json"));
}
