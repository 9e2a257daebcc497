/** The pages of the studio: of each address its HTML, drawn, and with what the page asks first. */
import type { IncomingHttpHeaders } from "node:http";
import { pipeline, Readable } from "node:stream";
import { setTimeout } from "node:timers/promises";
import { constants, createGzip } from "node:zlib";
import type { FastifyInstance, FastifyReply } from "fastify";
import { isLoopback } from "../../http/index.ts";
import { acceptedEncodings } from "../encoding.ts";
import type { Ask } from "./ask.ts";
import { readBuilt, type BuiltStudio } from "./built.ts";
import { drawPage, type Drawing } from "./draw.ts";
import { writePage, type Page } from "./page.ts";
import { pageHeaders } from "./policy.ts";
import { viewerOf, type Viewer } from "./viewer.ts";

/** The script finds out which page it is. */
const addresses = ["/", "/w/*", "/sign-in"];

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

export interface PagesOptions {
  /** Of the built studio. */
  readonly folder: string;
  /**
   * Asks the API for who sends these headers.
   * @returns null where they say that nobody is signed in
   */
  readonly openAsk: (headers: IncomingHttpHeaders) => Ask | null;
  /** Milliseconds that a page waits to be drawn; 500 by default. */
  readonly patience?: number;
  /** Told when a page could not be drawn: it is sent without. */
  readonly onDrawError: (error: unknown) => void;
}

export function addPages(scope: FastifyInstance, options: PagesOptions): void {
  const config = { access: "public", workspace: null } as const;
  for (const url of addresses) {
    scope.get(url, { config }, async (_request, reply) => {
      reply.type("text/html; charset=utf-8");
      const built = await readBuilt(options.folder);
      if (built === null)
        return reply
          .code(503)
          .headers(pageHeaders({ scripts: [], styles: [] }))
          .send(notBuilt);
      return sendPage(reply, built, options);
    });
  }
}

const usualPatience = 500;

const nothing: Drawing = { html: null, answers: [] };

async function sendPage(
  reply: FastifyReply,
  built: BuiltStudio,
  { openAsk, onDrawError, patience = usualPatience }: PagesOptions,
): Promise<FastifyReply> {
  const { url, headers, protocol } = reply.request;
  const ask = openAsk(headers);
  const page = await writePage(built, url, ask !== null);
  reply.headers(pageHeaders(page.inline));
  if (ask === null || !url.startsWith("/w/")) return sendParts(reply, [page.head, page.frame, page.tail(nothing)]);
  const viewer = viewerOf(headers, protocol);
  const drawing = drawPage(built, url, viewer, ask).catch((error: unknown) => {
    onDrawError(error);
    return nothing;
  });
  return sendParts(reply, partsOf(page, within(patience, drawing), viewer));
}

/**
 * Its head and frame at once, so that a browser has read the styles and painted something while the database answers; then
 * the page with its answers. Without its database, or with a slow one, a page still comes, and asks by itself.
 */
async function* partsOf(page: Page, drawing: Promise<Drawing>, viewer: Viewer): AsyncGenerator<string> {
  yield page.head + page.frame;
  yield page.tail(await drawing, viewer);
}

/** Each part as it comes; to another machine by gzip: on this one there is nothing to gain. */
function sendParts(reply: FastifyReply, parts: Iterable<string> | AsyncIterable<string>): FastifyReply {
  const { ip, headers } = reply.request;
  const plain = Readable.from(parts, { objectMode: false });
  const encodings = acceptedEncodings(headers["accept-encoding"] as string | undefined);
  if (isLoopback(ip) || !encodings.some(({ name }) => name === "gzip")) return reply.send(plain);
  const zipped = createGzip({ level: 4, flush: constants.Z_SYNC_FLUSH });
  // Where the browser has gone, both ends are closed: there is nobody to tell.
  pipeline(plain, zipped, () => {});
  return reply.headers({ "content-encoding": "gzip", vary: "accept-encoding" }).send(zipped);
}

/** @returns nothing where it takes longer */
async function within(milliseconds: number, drawing: Promise<Drawing>): Promise<Drawing> {
  const ended = new AbortController();
  try {
    return await Promise.race([drawing, setTimeout(milliseconds, nothing, { signal: ended.signal })]);
  } finally {
    ended.abort();
  }
}
