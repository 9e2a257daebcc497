/** Chromium for the studio's tests: found, or installed once where that is possible, and watched while a page is open. */
import { spawnSync } from "node:child_process";
import { accessSync, constants, existsSync, mkdirSync } from "node:fs";
import { delimiter, join } from "node:path";
import {
  chromium,
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  type Page,
  type Request,
} from "playwright-core";

const installMilliseconds = 240_000;

/** Where Chromium is, or why there is none: the title of what is skipped says it. */
export type FoundChromium =
  | { readonly path: string; readonly missing?: undefined }
  | { readonly path?: undefined; readonly missing: string };

let found: Promise<FoundChromium> | undefined;

/** Looks at $CHROMIUM, then on the path; as root on Debian it installs the package, once for all processes. */
export function findChromium(): Promise<FoundChromium> {
  found ??= find();
  return found;
}

async function find(): Promise<FoundChromium> {
  const named = process.env["CHROMIUM"];
  if (named !== undefined) return existsSync(named) ? { path: named } : { missing: `CHROMIUM=${named} is not there` };
  awaitInstallation();
  const there = onPath();
  if (there !== undefined) return { path: there };
  const isRoot = process.getuid?.() === 0;
  if (!existsSync("/etc/debian_version") || !isRoot) return { missing: "no Chromium; set CHROMIUM to its path" };
  installChromium();
  const installed = onPath();
  return installed === undefined ? { missing: "Chromium could not be installed" } : { path: installed };
}

function onPath(): string | undefined {
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  const candidates = ["chromium", "chromium-browser", "google-chrome"].flatMap((name) =>
    folders.map((folder) => join(folder, name)),
  );
  return candidates.find((path) => {
    try {
      accessSync(path, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

const build = join(import.meta.dirname, "../../build");
const lock = join(build, "chromium.lock");

/** A program that another test file is installing is on the path before all that it needs is there. */
function awaitInstallation(): void {
  if (existsSync(lock)) spawnSync("flock", [lock, "true"], { stdio: "ignore", timeout: installMilliseconds });
}

/** Test files run side by side: the first of them installs, the others wait for it and find it there. */
function installChromium(): void {
  mkdirSync(build, { recursive: true });
  const install =
    "command -v chromium || { apt-get update && apt-get install -y --no-install-recommends chromium fonts-dejavu-core; }";
  spawnSync("flock", [lock, "sh", "-c", install], {
    env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
    stdio: "ignore",
    timeout: installMilliseconds,
    killSignal: "SIGKILL",
  });
}

/**
 * @param more arguments
 * @throws where there is none: tests ask `findChromium` first
 */
export async function launchChromium(...more: readonly string[]): Promise<Browser> {
  const { path, missing } = await findChromium();
  if (path === undefined) throw new Error(missing);
  return chromium.launch({
    executablePath: path,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      "--font-render-hinting=none",
      ...more,
    ],
  });
}

export interface Studio {
  readonly context: BrowserContext;
  readonly page: Page;
  /** What no page may do, in the order in which it happened: console errors, exceptions, requests to elsewhere, … */
  readonly problems: string[];
  /** Resolves when nothing is asked of the server any more (streams apart), fonts are there and nothing moves. */
  settle(): Promise<void>;
  close(): Promise<void>;
}

export interface StudioOptions extends Pick<
  BrowserContextOptions,
  "viewport" | "colorScheme" | "permissions" | "timezoneId"
> {
  /** Without a slash at the end. */
  readonly url: string;
}

/** A context of its own, so cookies and storage are empty, with one page that is not signed in. */
export async function openStudio(browser: Browser, { url, ...options }: StudioOptions): Promise<Studio> {
  const context = await browser.newContext({
    baseURL: url,
    viewport: { width: 1280, height: 800 },
    colorScheme: "light",
    reducedMotion: "reduce",
    locale: "en-GB",
    timezoneId: "UTC",
    ...options,
  });
  const problems: string[] = [];
  await watch(context, url, problems);
  const page = await context.newPage();
  // Against what never comes, not against slow machines.
  page.setDefaultTimeout(60_000);
  const isIdle = watchRequests(page);
  const settle = async (): Promise<void> => {
    let isShown = false;
    do isShown = await page.evaluate<boolean>(calmDown);
    while (!(await isIdle()) || !isShown);
  };
  return { context, page, problems, settle, close: () => context.close() };
}

/** @returns whether nothing is under way: no grey bars in place of what is to come */
const calmDown = `(async () => {
  await document.fonts.ready;
  const moving = document.getAnimations().filter(({ effect }) => effect.getComputedTiming().endTime !== Infinity);
  await Promise.all(moving.map(({ finished }) => finished.catch(() => {})));
  // Idle twice with a frame between: what an answer has set off is asked and painted by then.
  const idle = () => new Promise((done) => requestIdleCallback(done));
  const frame = () => new Promise((done) => requestAnimationFrame(done));
  for (const calm of [frame, idle, frame, idle, frame]) await calm();
  return document.querySelector("[data-loading]") === null;
})()`;

/** @returns what waits for the requests that are open, if there are any, and says whether there were none */
function watchRequests(page: Page): () => Promise<boolean> {
  const open = new Map<Request, PromiseWithResolvers<void>>();
  page.on("request", (request) => {
    if (!/\/(events|follow)(\?|$)/.test(request.url())) open.set(request, Promise.withResolvers());
  });
  const end = (request: Request): void => {
    open.get(request)?.resolve();
    open.delete(request);
  };
  page.on("requestfinished", end);
  page.on("requestfailed", end);
  return async () => {
    const wasIdle = open.size === 0;
    await Promise.all([...open.values()].map(({ promise }) => promise));
    return wasIdle;
  };
}

/** Signs in without the page for it, as a browser whose cookie still holds. */
export async function signIn({ context }: Studio, url: string, token: string): Promise<void> {
  const answer = await context.request.post("/api/v1/session", {
    data: { token },
    headers: { origin: url, "x-slipway-studio": "1" },
  });
  if (!answer.ok()) throw new Error(`Signing in was answered with ${answer.status()}: ${await answer.text()}`);
}

async function watch(context: BrowserContext, url: string, problems: string[]): Promise<void> {
  await context.exposeBinding("reportViolation", (_, text: string) => problems.push(`policy: ${text}`));
  await context.addInitScript(`document.addEventListener("securitypolicyviolation", (violation) =>
    reportViolation([violation.effectiveDirective, violation.blockedURI, violation.sample].join(" ")))`);
  // Chromium writes every refusal to the console: of what is asked before somebody signs in, that is as it should be.
  let isSignedIn = false;
  context.on("response", (response) => {
    isSignedIn ||= response.request().method() === "POST" && response.url().endsWith("/session") && response.ok();
  });
  context.on("console", (message) => {
    const isRefusal = !isSignedIn && message.text().includes("status of 401");
    if (message.type() === "error" && !isRefusal) problems.push(`console: ${message.text()}`);
  });
  context.on("weberror", (error) => problems.push(`exception: ${String(error.error().stack ?? error.error())}`));
  context.on("dialog", (dialog) => {
    problems.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  context.on("request", (request) => {
    const target = new URL(request.url());
    if (["data:", "blob:"].includes(target.protocol) || target.origin === new URL(url).origin) return;
    problems.push(`elsewhere: ${request.url()}`);
  });
}
