/** The built studio over recorded answers: no server, no database, and the clock stands still. */
import { existsSync, readFileSync } from "node:fs";
import { extname, join } from "node:path";
import type { Browser, Route } from "playwright-core";
import { openStudio, type Studio, type StudioOptions } from "./browser.ts";
import { requestKey, type Recording } from "./recording.ts";

const built = join(import.meta.dirname, "../../build/studio");

const mediaTypes: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".json": "application/json",
  ".png": "image/png",
};

/** Signed in already. A request that was not recorded is one of its problems, by name. */
export async function openReplay(
  browser: Browser,
  recording: Recording,
  options: Omit<StudioOptions, "url"> = {},
): Promise<Studio> {
  const studio = await openStudio(browser, { ...options, url: recording.url });
  await studio.context.clock.setFixedTime(new Date(recording.at));
  await studio.context.route("**/*", (route) => answer(route, recording, studio.problems));
  return studio;
}

async function answer(route: Route, recording: Recording, problems: string[]): Promise<void> {
  const request = route.request();
  const { pathname } = new URL(request.url());
  if (!pathname.startsWith("/api/")) return serveFile(route, pathname, recording.pageHeaders);
  // A stream on which nothing happens: it stays open until the page is closed.
  if (pathname.endsWith("/events") || pathname.endsWith("/follow")) return;
  const key = requestKey(request.method(), request.url(), request.postData());
  const found = recording.answers[key];
  if (found === undefined) {
    problems.push(`not recorded: ${key}`);
    return route.fulfill({ status: 404, contentType: "application/json", body: "{}" });
  }
  const { status, type, body } = found;
  return route.fulfill({
    status,
    contentType: type,
    body: type.includes("json") ? JSON.stringify(body) : String(body),
  });
}

function serveFile(route: Route, pathname: string, headers: Readonly<Record<string, string>>): Promise<void> {
  const path = join(built, pathname);
  const isFile = extname(pathname) !== "" && existsSync(path);
  if (!isFile && pathname.startsWith("/assets/")) return route.fulfill({ status: 404, body: "" });
  const served = isFile ? path : join(built, "index.html");
  const contentType = mediaTypes[extname(served)] ?? "application/octet-stream";
  return route.fulfill({
    headers: { ...(!isFile && headers), "content-type": contentType },
    body: readFileSync(served),
  });
}
