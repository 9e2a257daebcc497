/** The studio as the server sends it, over recorded answers: no database, and the clock stands still. */
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import type { FastifyInstance } from "fastify";
import type { Browser } from "playwright-core";
import { addStudio, type Ask } from "../../src/api/studio/index.ts";
import { createHttpApp, refuse, toSlipwayError } from "../../src/http/index.ts";
import { launchChromium, openStudio, type Studio, type StudioOptions } from "./browser.ts";
import { withHostileNames, withoutHostileNames } from "./hostile-names.ts";
import { requestKey, type Recording, type RecordedAnswer } from "./recording.ts";

const built = join(import.meta.dirname, "../../build/studio");

export interface Replay {
  readonly browser: Browser;
  /** A context of its own. A request that was not recorded is one of its problems, by name. */
  open(options?: Omit<StudioOptions, "url">): Promise<Studio>;
  close(): Promise<void>;
}

/**
 * A browser in which the recorded address is a server of this process. Unlike answers that the test puts in the place of
 * requests, those of a server are kept by the browser, and scripts compiled: a page is there in a third of the time.
 */
export async function openReplay(recording: Recording): Promise<Replay> {
  const answers: Answers = {
    base: recording.url,
    found: new Map(Object.entries(recording.answers).map(([key, found]) => [plainKey(key), found])),
  };
  // A copy, so that a build beside the tests changes nothing.
  const folder = mkdtempSync(join(tmpdir(), "slipway-replay-"));
  cpSync(built, folder, { recursive: true });
  const problems: string[] = [];
  const pages = await servePages(folder, answers, problems);
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? "/", recording.url);
    if (!pathname.startsWith("/api/")) pages.routing(request, response);
    // A stream on which nothing happens: it stays open until the page is closed.
    else if (!/\/(events|follow)$/.test(pathname)) void answer(request, response, answers);
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const { port } = server.address() as AddressInfo;
  const { host } = new URL(recording.url);
  const browser = await launchChromium("--disable-lcd-text", `--host-resolver-rules=MAP ${host} 127.0.0.1:${port}`);
  return {
    browser,
    async open(options = {}) {
      const studio = await openStudio(browser, { ...options, url: recording.url });
      await studio.context.clock.setFixedTime(new Date(recording.at));
      await studio.context.addInitScript(standStill);
      studio.context.on("response", (response) => {
        const key = response.headers()[notRecorded];
        if (key !== undefined) studio.problems.push(`not recorded: ${decodeURIComponent(key)}`);
        studio.problems.push(...problems.splice(0));
      });
      return studio;
    },
    async close() {
      await browser.close();
      server.closeAllConnections();
      server.close();
      await pages.close();
      rmSync(folder, { recursive: true });
    },
  };
}

/** Nothing blinks or moves in a picture. */
const standStill = `(() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync("*, ::before, ::after { caret-color: transparent !important; " +
    "animation: none !important; transition: none !important }");
  document.adoptedStyleSheets.push(sheet);
})()`;

const notRecorded = "x-not-recorded";

/** A number in this header of a request, and names in the answer are hostile texts. */
export const hostileNames = "x-hostile-names";

/** As a browser may write it and as it was recorded, whatever of it is escaped. */
function plainKey(key: string): string {
  const [method = "", target = "", ...body] = key.split(" ");
  return [method, decodeURIComponent(target.replaceAll("+", " ")), ...body].join(" ");
}

interface Answers {
  readonly found: ReadonlyMap<string, RecordedAnswer>;
  /** Address of the recorded server. */
  readonly base: string;
}

/** A request with this header gets its page as where no page can be drawn: with what it asks, but without rows. */
export const notDrawn = "x-not-drawn";

/** What a server does that has nothing but these answers. Nobody signs in: they are somebody's. */
async function servePages(folder: string, answers: Answers, problems: string[]): Promise<FastifyInstance> {
  const app = createHttpApp({ bodyBytes: 1000, headersMilliseconds: 10_000, requestMilliseconds: 10_000 });
  app.setErrorHandler((error, request, reply) => refuse(request, reply, toSlipwayError(error)));
  addStudio(app, {
    folder,
    // Against what never comes: a busy machine still draws.
    patience: 30_000,
    openAsk: (headers) => (headers[notDrawn] === undefined ? openAsk(headers, answers) : null),
    onDrawError: (error) => problems.push(`not drawn: ${String((error as Error).stack)}`),
  });
  await app.ready();
  return app;
}

function openAsk(headers: IncomingHttpHeaders, answers: Answers): Ask {
  return async (target) => {
    const found = findAnswer(answers, { method: "GET", target, body: null, headers });
    if (found === undefined) return new Response("{}", { status: 404 });
    return new Response(found.text, { status: found.status, headers: { "content-type": found.type } });
  };
}

interface Asked {
  readonly method: string;
  readonly target: string;
  readonly body: string | null;
  readonly headers: IncomingHttpHeaders;
}

function keyOf({ method, target, body }: Asked, base: string): string {
  return plainKey(requestKey(method, new URL(target, base).href, body));
}

function findAnswer(
  { found: all, base }: Answers,
  asked: Asked,
): (Omit<RecordedAnswer, "body"> & { readonly text: string }) | undefined {
  const key = keyOf(asked, base);
  const hostile = asked.headers[hostileNames];
  const found = all.get(hostile === undefined ? key : withoutHostileNames(key));
  if (found === undefined) return endOfLog(asked.target);
  const { status, type, body } = found;
  if (!type.includes("json")) return { status, type, text: String(body) };
  return { status, type, text: JSON.stringify(hostile === undefined ? body : withHostileNames(body, Number(hostile))) };
}

/** A log that was recorded is read on from its end, where nothing has come since. */
function endOfLog(target: string): ReturnType<typeof findAnswer> {
  const [, after] = /\/runs\/\w+\/logs\?after=(\d+)$/.exec(target) ?? [];
  if (after === undefined) return undefined;
  return {
    status: 200,
    type: "application/json",
    text: JSON.stringify({ text: "", after: Number(after), more: false }),
  };
}

async function answer(request: IncomingMessage, response: ServerResponse, answers: Answers): Promise<void> {
  const { method = "GET", url = "/", headers } = request;
  const body = await text(request);
  const asked: Asked = { method, target: url, body: body === "" ? null : body, headers };
  const found = findAnswer(answers, asked);
  if (found === undefined) {
    const key = encodeURIComponent(keyOf(asked, answers.base));
    response.writeHead(404, { "content-type": "application/json", [notRecorded]: key }).end("{}");
    return;
  }
  response.writeHead(found.status, { "content-type": found.type, "cache-control": "no-store" }).end(found.text);
}
