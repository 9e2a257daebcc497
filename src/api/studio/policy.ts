/** What a page of the studio may load and run. */
import { createHash } from "node:crypto";

/** Of scripts and styles that stand in a page's HTML. */
export interface Inline {
  readonly scripts: readonly string[];
  readonly styles: readonly string[];
}

/** Headers of a page. A script or style that stands in its HTML is let in by its hash, and so no other is. */
export function pageHeaders(inline: Inline): Record<string, string> {
  return {
    "content-security-policy": [
      "default-src 'none'",
      ["script-src 'self'", ...inline.scripts.map(hashOf)].join(" "),
      ["style-src 'self'", ...inline.styles.map(hashOf)].join(" "),
      // Widths of bars and the like; what a style attribute can do is done to its element alone.
      "style-src-attr 'unsafe-inline'",
      "img-src 'self' data: blob:",
      "font-src 'self'",
      "connect-src 'self'",
      "manifest-src 'self'",
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
    ].join("; "),
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    // It says who is signed in: no cache may have it.
    "cache-control": "no-store",
  };
}

/** By their texts: a studio has some thirty. */
const hashes = new Map<string, string>();

function hashOf(text: string): string {
  const hash = hashes.get(text) ?? `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
  hashes.set(text, hash);
  return hash;
}
