/**
 * The studio: the files that scripts/build-studio.mjs makes of src/studio. They are public, since they hold no data; what
 * the pages show they ask the API for. A file is found by a name of one part that has no way out of its folder.
 */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import type { IncomingHttpHeaders } from "node:http";
import { extname, join } from "node:path";
import { Readable } from "node:stream";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { SlipwayError } from "../base/index.ts";
import { acceptedEncodings, type Encoding } from "./encoding.ts";
import { readPages, writePage, type BuiltPages, type FirstAnswer, type FirstAsk, type Page } from "./studio-page.ts";

function policy(frameAncestors: "'none'" | "'self'"): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    // Widths of bars and the like; what a style attribute can do is done to its element alone.
    "style-src-attr 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    `frame-ancestors ${frameAncestors}`,
  ].join("; ");
}

const pageHeaders = {
  "content-security-policy": policy("'none'"),
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
};
/** Of what a notebook on this origin may show in a frame. */
const embedHeaders = { ...pageHeaders, "content-security-policy": policy("'self'") };

/** Paths of the studio's pages: the script finds out which. */
const pages = [
  { url: "/", headers: pageHeaders },
  { url: "/w/*", headers: pageHeaders },
  { url: "/sign-in", headers: pageHeaders },
  { url: "/embed/*", headers: embedHeaders },
];

/** Folders of files, and how long a browser may keep them: a name in assets has the hash of its content. */
const folders = [
  { url: "/assets/:file", folder: "assets", caching: "public, max-age=31536000, immutable" },
  { url: "/icons/:file", folder: "icons", caching: "no-cache" },
  { url: "/:file", folder: "", caching: "no-cache" },
];

const mediaTypes: Readonly<Record<string, string>> = {
  ".css": "text/css; charset=utf-8",
  ".ico": "image/x-icon",
  ".js": "text/javascript; charset=utf-8",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".webmanifest": "application/manifest+json",
  ".woff2": "font/woff2",
};

/** Where nobody has built it: in a checkout whose set-up did not run. */
const notBuilt = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Slipway</title></head>
<body>
<h1>The studio is not built</h1>
<p>The server is running, and <a href="/api/docs">the API</a> is there. To build the studio, run <code>node scripts/build-studio.mjs</code> in the checkout, then load this page again.</p>
</body>
</html>
`;

/** In the published package the built studio stands in dist (scripts/build.mjs); in a checkout in build. */
export function studioFolder(): string {
  const folder = import.meta.url.endsWith(".ts") ? "../../build/studio" : "../studio";
  return fileURLToPath(new URL(folder, import.meta.url));
}

export interface StudioOptions {
  /** Of the built studio. */
  readonly folder?: string;
  /**
   * What every page asks first and what this one does, for who sends the request.
   * @returns null where the headers say that nobody is signed in
   */
  readonly firstAnswers: (
    headers: IncomingHttpHeaders,
    asks: readonly FirstAsk[],
  ) => Promise<readonly FirstAnswer[]> | null;
}

export function addStudio(scope: FastifyInstance, { folder = studioFolder(), firstAnswers }: StudioOptions): void {
  const config = { access: "public", workspace: null } as const;
  for (const { url, headers } of pages) {
    scope.get(url, { config }, async (request, reply) => {
      // It says who is signed in: no cache may have it.
      reply.headers(headers).header("cache-control", "no-store").type("text/html; charset=utf-8");
      const built = await readPages(folder);
      if (built === null) return reply.code(503).send(notBuilt);
      return sendPage(reply, built, request.url, (asks) => firstAnswers(request.headers, asks));
    });
  }
  const kept = new Map<string, Buffer>();
  for (const { url, folder: name, caching } of folders) {
    const read = name === "assets" ? (path: string) => readOnce(path, kept) : (path: string) => readFile(path);
    scope.get(url, { config }, async (request, reply) => {
      const { file } = request.params as { readonly file: string };
      const type = /^\w[\w.-]*$/.test(file) ? mediaTypes[extname(file)] : undefined;
      const found = type === undefined ? null : await readEncoded(join(folder, name, file), request, read);
      if (type === undefined || found === null) {
        throw new SlipwayError("SLW_HTTP_NOT_FOUND", "There is nothing at this address.");
      }
      // An image that is opened by itself is a document too, and may hold scripts.
      reply.headers({
        "cache-control": caching,
        "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
      });
      return sendFile(request, reply.type(type), found);
    });
  }
}

/** Milliseconds that the end of a page waits for its first answers. */
const longestWait = 500;

/** Its head at once, so that files load while the database answers; then the answers, before which no script runs. */
function sendPage(
  reply: FastifyReply,
  built: BuiltPages,
  target: string,
  answersTo: (asks: readonly FirstAsk[]) => Promise<readonly FirstAnswer[]> | null,
): FastifyReply {
  const signedIn = writePage(built, target, true);
  const answers = answersTo(signedIn.asks);
  if (answers !== null) return reply.send(Readable.from(partsOf(signedIn, orNone(answers)), { objectMode: false }));
  const { head, tail } = writePage(built, target, false);
  return reply.send(head + tail([]));
}

async function* partsOf({ head, tail }: Page, answers: Promise<readonly FirstAnswer[]>): AsyncGenerator<string> {
  yield head;
  yield tail(await answers);
}

/** Without its database, or with a slow one, a server still has the page, which then asks by itself. */
async function orNone(answers: Promise<readonly FirstAnswer[]>): Promise<readonly FirstAnswer[]> {
  const ended = new AbortController();
  const late = setTimeout(longestWait, [], { signal: ended.signal });
  try {
    return await Promise.race([answers, late]).catch(() => []);
  } finally {
    ended.abort();
  }
}

interface EncodedFile {
  readonly bytes: Buffer;
  readonly encoding: Encoding["name"];
}

/** A file whose name has the hash of its content: all of them in all their encodings are 3 MB. */
async function readOnce(path: string, kept: Map<string, Buffer>): Promise<Buffer> {
  const bytes = kept.get(path) ?? (await readFile(path));
  kept.set(path, bytes);
  return bytes;
}

/** @returns the file in the best encoding that the client takes and that is there; null where there is no such file */
async function readEncoded(
  path: string,
  request: FastifyRequest,
  read: (path: string) => Promise<Buffer>,
): Promise<EncodedFile | null> {
  for (const { name, suffix } of acceptedEncodings(request.headers["accept-encoding"] as string | undefined)) {
    try {
      return { bytes: await read(`${path}${suffix}`), encoding: name };
    } catch (error) {
      const { code = "" } = error as NodeJS.ErrnoException;
      if (!["ENOENT", "EISDIR", "ENOTDIR"].includes(code)) throw error;
    }
  }
  return null;
}

function sendFile(request: FastifyRequest, reply: FastifyReply, { bytes, encoding }: EncodedFile): FastifyReply {
  const etag = `"${createHash("sha256").update(bytes).digest("base64url").slice(0, 22)}"`;
  reply.headers({ etag, vary: "accept-encoding", ...(encoding !== null && { "content-encoding": encoding }) });
  const known = String(request.headers["if-none-match"] ?? "").split(",");
  if (known.some((tag) => tag.trim().replace(/^W\//, "") === etag)) return reply.code(304).send();
  return reply.send(bytes);
}
