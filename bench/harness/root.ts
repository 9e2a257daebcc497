import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The checkout. */
export const root = fileURLToPath(new URL("../..", import.meta.url));

/** A table for development and CI, beside the checkout; it need not be there. */
export function sharedTable(name: string): string {
  return join(root, "..", "shared", "data", name);
}
