import type { ErrorKind } from "./error-kind.ts";

/** Anything. */
export const generalErrors = {
  SLW_INTERNAL: {
    status: 500,
    title: "Something failed inside Slipway.",
    fix: "Run the command again with SLIPWAY_DEBUG=1 and report what it prints.",
  },
} as const satisfies Record<string, ErrorKind>;
