import { readFileSync } from "node:fs";

/** Version of this package, from its package.json: two folders above src/base as above dist/base. */
export const VERSION: string = readVersion();

function readVersion(): string {
  const text = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
  return (JSON.parse(text) as { version: string }).version;
}
