/** How much a browser must load before a page of the built studio shows. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { builtSizes, sizeTargets } from "./built-sizes.ts";

const folder = join(import.meta.dirname, "../../build/studio");
const isBuilt = existsSync(join(folder, "index.html"));

test.skipIf(!isBuilt)(`no page is larger than its target${isBuilt ? "" : " (skipped: no studio is built)"}`, () => {
  const sizes = builtSizes(folder);
  expect(sizes.length).toBeGreaterThan(2);
  const tooLarge = sizes.filter(
    ({ page, scripts, styles }) =>
      scripts > (page === "shell" ? sizeTargets.shell : sizeTargets.page) || styles > sizeTargets.styles,
  );
  expect(tooLarge).toEqual([]);
});
