/** The built studio over recorded answers: no database, and the clock stands still. */
import { readdirSync, readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join } from "node:path";
import { text } from "node:stream/consumers";
import type { Browser } from "playwright-core";
import { launchChromium, openStudio, type Studio, type StudioOptions } from "./browser.ts";
import { withHostileNames, withoutHostileNames } from "./hostile-names.ts";
import { requestKey, type Recording, type RecordedAnswer } from "./recording.ts";

const built = join(import.meta.dirname, "../../build/studio");

const mediaTypes: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".json": "application/json",
  ".png": "image/png",
};

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
  const files = readBuilt();
  const answers = new Map(Object.entries(recording.answers).map(([key, found]) => [plainKey(key), found]));
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? "/", recording.url);
    if (!pathname.startsWith("/api/")) serveFile(response, pathname, files, recording.pageHeaders);
    // A stream on which nothing happens: it stays open until the page is closed.
    else if (!/\/(events|follow)$/.test(pathname)) void answer(request, response, recording.url, answers);
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
      });
      return studio;
    },
    async close() {
      await browser.close();
      server.closeAllConnections();
      server.close();
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

type Files = ReadonlyMap<string, Buffer>;

/** By their addresses: "/assets/button-CBgdhQRj.js". All at once, so that a build beside the tests changes nothing. */
function readBuilt(): Files {
  const paths = readdirSync(built, { recursive: true, encoding: "utf8" }).filter((path) => extname(path) in mediaTypes);
  return new Map(paths.map((path) => [`/${path}`, readFileSync(join(built, path))]));
}

const notRecorded = "x-not-recorded";

/** A number in this header of a request, and names in the answer are hostile texts. */
export const hostileNames = "x-hostile-names";

/** As a browser may write it and as it was recorded, whatever of it is escaped. */
function plainKey(key: string): string {
  const [method = "", target = "", ...body] = key.split(" ");
  return [method, decodeURIComponent(target.replaceAll("+", " ")), ...body].join(" ");
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  base: string,
  answers: ReadonlyMap<string, RecordedAnswer>,
): Promise<void> {
  const asked = await text(request);
  const url = new URL(request.url ?? "/", base).href;
  const key = plainKey(requestKey(request.method ?? "GET", url, asked === "" ? null : asked));
  const hostile = request.headers[hostileNames];
  const found = answers.get(hostile === undefined ? key : withoutHostileNames(key));
  if (found === undefined) {
    const headers = { "content-type": "application/json", [notRecorded]: encodeURIComponent(key) };
    response.writeHead(404, headers).end("{}");
    return;
  }
  const { status, type, body } = found;
  response.writeHead(status, { "content-type": type, "cache-control": "no-store" });
  if (!type.includes("json")) response.end(String(body));
  else response.end(JSON.stringify(hostile === undefined ? body : withHostileNames(body, Number(hostile))));
}

function serveFile(
  response: ServerResponse,
  pathname: string,
  files: Files,
  pageHeaders: Recording["pageHeaders"],
): void {
  const file = files.get(pathname);
  if (file === undefined && pathname.startsWith("/assets/")) {
    response.writeHead(404).end();
    return;
  }
  const type = file === undefined ? ".html" : extname(pathname);
  const kept = file === undefined ? pageHeaders : { "cache-control": "max-age=3600, immutable" };
  response.writeHead(200, { ...kept, "content-type": mediaTypes[type] }).end(file ?? files.get("/index.html"));
}
