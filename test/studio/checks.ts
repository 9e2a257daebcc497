/** What must hold for every page, as lists of what is wrong: empty is well. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { AxeResults, NodeResult, RunOptions } from "axe-core";
import type { Page } from "playwright-core";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/**
 * Which rules are looked at. All of them where a page is seen first. The tree is the same in the other theme and in
 * another width: a theme can only break contrasts, and a width what it shows, hides and makes smaller.
 */
export type Look = "everything" | "theme" | "width";

const contrast = "color-contrast";
const rules: Readonly<Record<Look, NonNullable<RunOptions["runOnly"]>>> = {
  everything: { type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] },
  theme: [contrast],
  width: [
    contrast,
    "target-size",
    "scrollable-region-focusable",
    // Of what only a narrow window shows, or takes from those who do not see it.
    "button-name",
    "link-name",
    "label",
    "aria-hidden-focus",
    "heading-order",
    "page-has-heading-one",
    "region",
  ],
};

type Found = Record<"violations" | "incomplete", Pick<AxeResults["violations"][number], "id" | "nodes">[]>;

/**
 * Violations of the rules of accessibility, with targets of at least 24 px among them, and texts whose contrast can
 * neither axe decide nor we, by the nearest background that is painted behind them.
 */
export async function accessibilityProblems(page: Page, look: Look = "everything"): Promise<string[]> {
  const options: RunOptions = { runOnly: rules[look], resultTypes: ["violations", "incomplete"], preload: false };
  if (await page.evaluate("window.axe === undefined")) await page.evaluate(`${axe};undefined`);
  const { violations, incomplete } = await page.evaluate<Found>(`axe.run(document, ${JSON.stringify(options)})
    .then(({ violations, incomplete }) => ({ violations, incomplete }))`);
  const broken = violations.flatMap(({ id, nodes }) => nodes.map((node) => describe(id, node)));
  const unclear = incomplete.filter(({ id }) => id === contrast).flatMap(({ nodes }) => nodes);
  if (unclear.length === 0) return broken;
  const selectors = unclear.map(({ target }) => target.join(" "));
  const contrasts = await page.evaluate<(number | null)[]>(`(${contrastOf})(${JSON.stringify(selectors)})`);
  const faint = unclear.filter((_, n) => (contrasts[n] ?? 0) < 4.5);
  return [...broken, ...faint.map((node) => describe(`${contrast}, undecided`, node))];
}

function describe(rule: string, { html, any }: Pick<NodeResult, "html" | "any">): string {
  return `${rule}: ${html.slice(0, 240)} ${any[0]?.message ?? ""}`;
}

/**
 * Runs in the page. Of each selector the contrast (WCAG 2.2) of its text, or its placeholder, to the nearest opaque
 * background among its ancestors; null where a picture or a gradient is in between.
 */
const contrastOf = `(selectors) => {
  const context = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const rgba = (color) => {
    context.clearRect(0, 0, 1, 1);
    context.fillStyle = color;
    context.fillRect(0, 0, 1, 1);
    return [...context.getImageData(0, 0, 1, 1).data];
  };
  const luminance = ([r, g, b]) => [r, g, b]
    .map((part) => part / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
    .reduce((sum, part, n) => sum + part * [0.2126, 0.7152, 0.0722][n], 0);
  const backgroundOf = (element) => {
    for (let one = element; one !== null; one = one.parentElement) {
      const { backgroundImage, backgroundColor } = getComputedStyle(one);
      if (backgroundImage !== "none") return null;
      const color = rgba(backgroundColor);
      if (color[3] === 255) return color;
      if (color[3] > 0) return null;
    }
    return rgba("Canvas");
  };
  return selectors.map((selector) => {
    const element = document.querySelector(selector);
    if (element === null) return null;
    const background = backgroundOf(element);
    const isEmpty = element.matches("input, textarea") && element.value === "";
    const text = rgba(getComputedStyle(element, isEmpty ? "::placeholder" : null).color);
    if (background === null || text[3] < 255) return null;
    const [a, b] = [luminance(background), luminance(text)].sort((x, y) => y - x);
    return (a + 0.05) / (b + 0.05);
  });
}`;

/** Elements that make the page itself wider than the window; what scrolls in a box of its own is well. */
export function overflowProblems(page: Page): Promise<string[]> {
  return page.evaluate(`(() => {
    const width = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= width) return [];
    const scrolls = (element) => element !== null && element !== document.documentElement &&
      (["auto", "scroll", "hidden", "clip"].includes(getComputedStyle(element).overflowX) || scrolls(element.parentElement));
    return [...document.querySelectorAll("body *")]
      .filter((element) => element.getBoundingClientRect().right > width + 0.5 && !scrolls(element.parentElement))
      .slice(0, 5)
      .map((element) => element.tagName + "." + element.className + " " + element.textContent.slice(0, 40));
  })()`);
}

export interface MainView {
  readonly text: string;
  /** What its controls say of themselves: a name and a state each. */
  readonly states: readonly string[];
}

/** What a reader of the page reads: the text of its main part, and what is pressed, open, chosen and filled in there. */
export async function mainView(page: Page): Promise<MainView> {
  const [text, states] = await Promise.all([page.locator("main").innerText(), page.evaluate<string[]>(controlStates)]);
  return { text: text.replaceAll(/\s+/g, " ").trim(), states };
}

const controlStates = `(() => {
  const told = ["aria-pressed", "aria-expanded", "aria-selected", "aria-checked", "aria-sort"];
  const all = document.querySelectorAll("main :is(details, input, select, textarea, " + told.map((name) => "[" + name + "]") + ")");
  return [...all].filter((control) => control.checkVisibility()).map((control) => {
    const name = control.getAttribute("aria-label") ?? (control.labels?.[0] ?? control).innerText.slice(0, 60);
    const own = [control.open, /^(checkbox|radio)$/.test(control.type) ? control.checked : control.value];
    const states = [...own, ...told.map((attribute) => control.getAttribute(attribute))];
    return [control.localName, name, ...states.filter((state) => typeof state !== "object" && state !== undefined)].join(" ");
  });
})()`;
