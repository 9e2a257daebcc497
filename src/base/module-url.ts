/**
 * The address of a sibling module that is started as a worker or a process of its own:
 * TypeScript in a checkout, JavaScript in the published package.
 */
export function siblingModule(importMetaUrl: string, name: string): URL {
  const extension = importMetaUrl.endsWith(".ts") ? ".ts" : ".js";
  return new URL(`./${name}${extension}`, importMetaUrl);
}
