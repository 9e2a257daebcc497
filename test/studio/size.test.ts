/** How much a browser must load before a page of the built studio shows. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { builtSizes, sizeLimits } from "./built-sizes.ts";

const folder = join(import.meta.dirname, "../../build/studio");
const isBuilt = existsSync(join(folder, "index.html"));

test.skipIf(!isBuilt)(`no page is larger than its limit${isBuilt ? "" : " (skipped: no studio is built)"}`, () => {
  const sizes = builtSizes(folder);
  expect(sizes.length).toBeGreaterThan(2);
  const tooLarge = sizes.filter(
    ({ page, scripts, styles }) =>
      scripts > (page === "shell" ? sizeLimits.shell : sizeLimits.page) || styles > sizeLimits.styles,
  );
  expect(tooLarge).toEqual([]);
});
