/**
 * The studio in a real Chromium: `node bench/studio.ts [--quick] [--json] [--rounds N]`. A server and a PostgreSQL of
 * their own with 10,000 runs; sizes of the built files, then times of the list of jobs by the median of 9 loads with
 * empty caches against the warm server, scrolling, keys, a comparison of 200 runs x 50 metrics, the way from an event to
 * the screen, and how many streams eight tabs have. Each figure stands beside its target.
 */
import { execFileSync, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as rest } from "node:timers/promises";
import type { Browser } from "playwright-core";
import { silentLog } from "../src/base/index.ts";
import { createClient, type Client } from "../src/contract/index.ts";
import { openDatabase, startPostgres } from "../src/store/index.ts";
import { removePostgres } from "../src/store/postgres/server.ts";
import { launchChromium, openStudio, signIn, type Studio } from "../test/studio/browser.ts";
import { builtSizes, sizeLimits } from "../test/studio/built-sizes.ts";
import { startStudioServer } from "../test/studio/world.ts";
import { createReport, type Report } from "./harness/report.ts";
import { root } from "./harness/root.ts";
import { positive, readSettings } from "./harness/settings.ts";
import { median } from "./harness/statistics.ts";
import { comparedMetrics, loadedRuns, loadRuns } from "./studio/load-runs.ts";
import { loadProbe, measureKeys, measureLoad, measureScroll, watchText, type Load } from "./studio/probes.ts";

interface Started {
  readonly url: string;
  readonly token: string;
  readonly databaseUrl: string;
}

/** The server's side: a process of its own, which ends with this one and leaves nothing. */
async function serve(): Promise<void> {
  const dataFolder = mkdtempSync(join(tmpdir(), "slipway-bench-"));
  const postgres = await startPostgres({ dataFolder, log: silentLog });
  const server = await startStudioServer(postgres.url);
  process.send?.({ url: server.url, token: server.token, databaseUrl: postgres.url } satisfies Started);
  await once(process, "disconnect");
  await server.close();
  await postgres.close();
  await removePostgres(dataFolder);
  rmSync(dataFolder, { recursive: true, force: true });
}

interface Place extends Started {
  readonly browser: Browser;
  readonly client: Client;
  readonly rounds: number;
  /** Ids of the runs to compare. */
  readonly compared: readonly string[];
}

/** Milliseconds, unless the title says otherwise. */
interface Figure {
  readonly what: string;
  /** null: none was set. */
  readonly target: number | null;
  readonly measured: number;
}

const jobs = "/w/default/jobs";

/** A browser that has never been there, signed in, its processor so many times slower. */
async function visit({ browser, url, token }: Place, slowdown = 1): Promise<Studio> {
  const studio = await openStudio(browser, { url });
  await studio.context.addInitScript(loadProbe);
  await signIn(studio, url, token);
  if (slowdown > 1) {
    const session = await studio.context.newCDPSession(studio.page);
    await session.send("Emulation.setCPUThrottlingRate", { rate: slowdown });
  }
  return studio;
}

/** Loads of a page after which the server's code for it is compiled, as that of a server that has run for a while. */
const warmLoads = 40;

async function warmUp({ browser, url, token }: Place): Promise<void> {
  const studio = await openStudio(browser, { url });
  await signIn(studio, url, token);
  for (let load = 0; load < warmLoads; load++) await studio.context.request.get(jobs);
  await studio.close();
}

interface Visit {
  /** How many times slower the processor is; 1 by default. */
  readonly slowdown?: number;
  /** The browser has been there once; by default its cache is empty. */
  readonly isReturn?: boolean;
}

const restMilliseconds = 500;

async function loads(
  place: Place,
  path: string,
  { slowdown, isReturn }: Visit = {},
): Promise<Record<keyof Load, number>> {
  const found: Load[] = [];
  for (let round = 0; round <= place.rounds; round++) {
    const studio = await visit(place, slowdown);
    if (isReturn === true) await measureLoad(studio.page, path);
    // A browser is busy with itself after a window was opened: what is measured is the page.
    await rest(restMilliseconds);
    const load = await measureLoad(studio.page, path);
    // The first is for the caches of the system.
    if (round > 0) found.push(load);
    await studio.close();
  }
  const middle = (key: keyof Load): number => median(found.map((load) => load[key]));
  return { paint: middle("paint"), usable: middle("usable"), running: middle("running"), blocked: middle("blocked") };
}

async function listFigures(place: Place): Promise<Figure[]> {
  const figures: Figure[] = [];
  const slower = { ...place, rounds: Math.min(place.rounds, 5) };
  for (const isReturn of [false, true]) {
    const when = isReturn ? "again" : "first visit";
    const list = await loads(place, jobs, { isReturn });
    const slow = await loads(slower, jobs, { isReturn, slowdown: 4 });
    figures.push(
      { what: `first contentful paint, ${when}`, target: 300, measured: list.paint },
      { what: `first rows of ${loadedRuns} runs, ${when}`, target: 300, measured: list.usable },
      { what: `keys and buttons answer, ${when}`, target: null, measured: list.running },
      { what: `total blocking time, ${when}`, target: 20, measured: list.blocked },
      { what: `first rows on a processor 4 times slower, ${when}`, target: 1000, measured: slow.usable },
    );
  }
  return figures;
}

const at = (times: readonly number[], share: number): number =>
  times.toSorted((a, b) => a - b)[Math.min(times.length - 1, Math.floor(times.length * share))] as number;

async function useFigures(place: Place): Promise<Figure[]> {
  const studio = await visit(place);
  const { page } = studio;
  let requests = 0;
  page.on("request", (request) => {
    if (request.url().includes("/api/") && !request.url().includes("/events")) requests++;
  });
  await measureLoad(page, jobs);
  const asked = requests;
  const { frames, rows, reached } = await measureScroll(page, 300);
  await page.getByRole("grid").first().focus();
  const keys = await measureKeys(page, [...Array<string>(30).fill("j"), ...Array<string>(10).fill("x")]);
  const palette = await measureKeys(page, ["Control+k", ..."run 12", "Escape"]);
  await studio.close();
  return [
    { what: "requests to the API for the list", target: 3, measured: asked },
    // Two frames of 60 a second, which browsers give as 33.3 or 33.4.
    { what: "frame while scrolling, p95", target: 33.5, measured: at(frames, 0.95) },
    { what: "frame while scrolling, longest", target: 100, measured: Math.max(...frames) },
    { what: `rows in the document, ${reached} scrolled by`, target: 60, measured: rows },
    { what: "key to paint in the list, p95", target: 100, measured: at(keys, 0.95) },
    { what: "key to paint in the palette, p95", target: 100, measured: at(palette, 0.95) },
  ];
}

async function compareFigure(place: Place): Promise<Figure> {
  const path = `/w/default/compare?runs=${place.compared.join(",")}`;
  const { usable } = await loads({ ...place, rounds: Math.min(place.rounds, 5) }, path);
  return { what: `compare ${place.compared.length} runs x ${comparedMetrics} metrics`, target: 1000, measured: usable };
}

async function liveFigures(place: Place): Promise<Figure[]> {
  const studio = await visit(place);
  let streams = 0;
  studio.context.on("request", (request) => {
    if (/\/events(\?|$)/.test(request.url())) streams++;
  });
  await measureLoad(studio.page, jobs);
  const delays: number[] = [];
  for (let n = 0; n < place.rounds; n++) {
    const name = `renamed ${n}`;
    const painted = await watchText(studio.page, name);
    const sent = Date.now();
    await place.client.updateRun({ run: place.compared[0] as string, body: { name } });
    delays.push((await painted()) - sent);
  }
  for (let tab = 1; tab < 8; tab++) await measureLoad(await studio.context.newPage(), jobs);
  await studio.close();
  return [
    { what: "event to screen, the change itself included", target: 300, measured: median(delays) },
    { what: "streams of 8 tabs", target: 1, measured: streams },
  ];
}

const columns = [
  { key: "what", title: "milliseconds or how many" },
  { key: "target", title: "target" },
  { key: "measured", title: "measured", digits: 1 },
  { key: "holds", title: "holds" },
];

function reportSizes(report: Report): void {
  const kilobytes = (bytes: number): number => bytes / 1000;
  const rows = builtSizes(join(root, "build/studio")).map(({ page, scripts, styles }) => ({
    page,
    target: kilobytes(page === "shell" ? sizeLimits.shell : sizeLimits.page),
    scripts: kilobytes(scripts),
    styles: kilobytes(styles),
  }));
  report.table(
    `Size, kB by gzip (styles: at most ${kilobytes(sizeLimits.styles)})`,
    [
      { key: "page", title: "page" },
      { key: "target", title: "target" },
      { key: "scripts", title: "scripts", digits: 1 },
      { key: "styles", title: "styles", digits: 1 },
    ],
    rows,
  );
}

async function main(): Promise<void> {
  const { quick, json, rounds } = readSettings({ rounds: { type: "string", default: "9" } });
  execFileSync(process.execPath, [join(root, "scripts/build-studio.mjs")], { stdio: ["ignore", 2, 2] });
  const report = createReport("studio", json);
  reportSizes(report);
  const server = fork(import.meta.filename, ["--serve"]);
  const [started] = (await once(server, "message")) as [Started];
  const browser = await launchChromium();
  try {
    report.versions({ chromium: browser.version() });
    const database = openDatabase({ url: started.databaseUrl, applicationName: "bench", log: silentLog });
    const compared = await loadRuns(database);
    await database.destroy();
    const client = createClient({ url: started.url, token: started.token });
    const place: Place = { ...started, browser, client, compared, rounds: quick ? 3 : positive("rounds", rounds) };
    await warmUp(place);
    const figures = [
      ...(await listFigures(place)),
      ...(await useFigures(place)),
      await compareFigure(place),
      ...(await liveFigures(place)),
    ];
    const rows = figures.map((figure) => ({
      ...figure,
      holds: figure.target === null ? "" : figure.measured <= figure.target ? "yes" : "no",
    }));
    report.table(`Median of ${place.rounds} where a page is loaded`, columns, rows);
    report.finish();
  } finally {
    await browser.close();
    server.disconnect();
    await once(server, "exit");
  }
}

if (process.argv.includes("--serve")) await serve();
else await main();
