import type { Plugin } from "vite";

/** See start-built-siblings.mjs. */
export function startBuiltSiblings(): Plugin;
