/** What runs in the page and measures it there; times are milliseconds since the navigation began, or between two paints. */
import type { Page } from "playwright-core";

/** Before the page's own scripts: when the first row is there and painted, and what blocked the thread until then. */
export const loadProbe = `
  window.probe = { usable: null, running: null, blocked: 0 };
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) window.probe.blocked += Math.max(0, duration - 50);
  }).observe({ type: "longtask", buffered: true });
  const isThere = () => document.querySelector("main :is([role=gridcell], [role=rowheader], tbody td, tbody th)") !== null;
  const observer = new MutationObserver(() => {
    if (!isThere()) return;
    observer.disconnect();
    requestAnimationFrame(() => setTimeout(() => { window.probe.usable = performance.now(); }));
  });
  observer.observe(document, { childList: true, subtree: true });
  addEventListener("DOMContentLoaded", () => {
    const root = document.getElementById("root");
    const isRunning = () => root.hasChildNodes() && root.dataset.viewer === undefined;
    const watch = new MutationObserver(() => {
      if (!isRunning()) return;
      watch.disconnect();
      window.probe.running = performance.now();
    });
    watch.observe(root, { childList: true, attributes: true });
  });
`;

export interface Load {
  /** First contentful paint. */
  readonly paint: number;
  /** The first row is painted, and its links can be followed. */
  readonly usable: number;
  /** The page's code runs: keys and buttons answer. */
  readonly running: number;
  /** Total blocking time until half a second after that. */
  readonly blocked: number;
}

export async function measureLoad(page: Page, path: string): Promise<Load> {
  await page.goto(path, { waitUntil: "commit" });
  await until(page, "window.probe.usable !== null && window.probe.running !== null");
  // A page whose rows are in its HTML paints them first: what the compositor says is later than any script can see it.
  return page.evaluate(`new Promise((done) => setTimeout(() => done({
    paint: performance.getEntriesByName("first-contentful-paint")[0].startTime,
    usable: Math.max(window.probe.usable, performance.getEntriesByName("first-contentful-paint")[0].startTime),
    running: window.probe.running,
    blocked: window.probe.blocked,
  }), 500))`);
}

/** Not waitForFunction: it evaluates in the page, which the studio's content security policy refuses. */
async function until(page: Page, condition: string): Promise<void> {
  await page.evaluate(`new Promise((done) => {
    const look = () => (${condition} ? done() : setTimeout(look, 5));
    look();
  })`);
}

export interface Scroll {
  /** Milliseconds of each frame, in order. */
  readonly frames: number[];
  /** The most rows that the document had. */
  readonly rows: number;
  /** Rows that were passed by. */
  readonly reached: number;
}

/** Scrolls the table down by 400 px a frame, for so many frames. */
export function measureScroll(page: Page, frames: number): Promise<Scroll> {
  return page.evaluate(`(async () => {
    const grid = document.querySelector("main [role=grid]");
    const scrolls = (element) => element.scrollHeight > element.clientHeight + 10 &&
      ["auto", "scroll"].includes(getComputedStyle(element).overflowY);
    let box = [grid, ...grid.querySelectorAll("*")].find(scrolls) ?? grid;
    while (box !== null && !scrolls(box)) box = box.parentElement;
    box ??= document.scrollingElement;
    const frames = [];
    let rows = 0;
    let last = await new Promise(requestAnimationFrame);
    for (let n = 0; n < ${frames}; n++) {
      box.scrollTop += 400;
      const now = await new Promise(requestAnimationFrame);
      frames.push(now - last);
      last = now;
      rows = Math.max(rows, grid.querySelectorAll("[role=row]").length);
    }
    const indices = [...grid.querySelectorAll("[role=row]")].map((row) => Number(row.ariaRowIndex) || 0);
    return { frames, rows, reached: Math.max(...indices) };
  })()`);
}

/** Presses a key again and again. @returns milliseconds from each press to the paint after it */
export async function measureKeys(page: Page, keys: readonly string[]): Promise<number[]> {
  await page.evaluate(`
    window.pressed = [];
    addEventListener("keydown", ({ timeStamp }) => {
      requestAnimationFrame(() => { const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => window.pressed.push(performance.now() - timeStamp);
        port2.postMessage(null);
      });
    }, { capture: true });
  `);
  let times: number[] = [];
  for (const [n, key] of keys.entries()) {
    await page.keyboard.press(key);
    await until(page, `window.pressed.length > ${n}`);
    times = await page.evaluate("window.pressed");
  }
  return times;
}

/** @returns a promise of when this text is painted: milliseconds since 1970, by the clock that Date.now() has in Node too */
export async function watchText(page: Page, text: string): Promise<() => Promise<number>> {
  await page.evaluate(`
    window.seen = new Promise((done) => {
      const isThere = () => document.body.textContent.includes(${JSON.stringify(text)});
      new MutationObserver((_, observer) => {
        if (!isThere()) return;
        observer.disconnect();
        requestAnimationFrame(() => setTimeout(() => done(Date.now())));
      }).observe(document.body, { childList: true, subtree: true, characterData: true });
    });
    null
  `);
  return () => page.evaluate("window.seen");
}
