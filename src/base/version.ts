/**
 * Version of this package, from its package.json: two folders above src/base as above dist/base. Node only; asked for
 * with getBuiltinModule, so that this folder also loads in a browser.
 */
export function slipwayVersion(): string {
  const { readFileSync } = process.getBuiltinModule("node:fs");
  const text = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
  return (JSON.parse(text) as { version: string }).version;
}
