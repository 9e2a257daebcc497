/**
 * The controls of a page that change what it shows, and only that. Not among them: what lies in a menu or a dialog; what
 * unfolds the answer to a request; what shows a key, which no address may have; what loads more of a list or a log, and
 * moves a graph, as scrolling does.
 */
import type { Locator, Page } from "playwright-core";
import type { Studio } from "./browser.ts";

export interface Control {
  readonly name: string;
  /** @returns whether it is on the page */
  readonly use: () => Promise<boolean>;
}

interface Kind {
  readonly find: (main: Locator) => Locator;
  /** How many of a page are used. */
  readonly atMost: number;
  /** Of a segment the button itself is hidden. */
  readonly isHidden?: boolean;
  readonly use: (found: Locator, page: Page) => Promise<void>;
}

const press = (found: Locator): Promise<void> => found.click();

/** The wizard has all its fields in the address. */
const wizard = "form:has(ol[aria-label=Steps])";

/** What is chosen in a draft that is not sent yet stands in no address. */
const drafts = ["form", "dialog"].map((name) => `${name}:not(${wizard})`);

/** @param selector of one element */
const notInDraft = (selector: string): string => `${selector}:not(${drafts.map((draft) => `${draft} *`).join(", ")})`;

/** The others change the server, or show a key. */
const switchesOfView =
  /^(Only what differs|Runs as rows|Parallel coordinates|Only mine|Logarithmic|Explain the answer)$/;

/** Those of a deployment's share are a draft. */
const slidersOfView = /^(Smoothing|Time limit|Called .* from a probability of)/;

/** How a file is read is a draft, too. */
const selectsOfView = /^(?!Values are separated by$|Header$)/;

/** The others are fields of a draft. */
const choicesOfView = /^(Dataset|Target)$/;

/** The others may stand in what they unfold. */
const unfolding: Readonly<Record<string, Kind>> = {
  disclosure: { find: (main) => main.locator("summary"), atMost: 3, use: press },
  more: { find: (main) => main.locator("button[aria-expanded]:not([aria-haspopup])"), atMost: 1, use: press },
  folder: { find: (main) => main.locator("[role=treeitem][aria-expanded=false]"), atMost: 1, use: press },
  file: { find: (main) => main.locator("[role=treeitem]:not([aria-expanded])"), atMost: 2, use: press },
};

const changing: Readonly<Record<string, Kind>> = {
  sort: { find: (main) => main.locator("[role=columnheader][aria-sort]"), atMost: 2, use: press },
  selection: {
    find: (main) => main.locator("[role=row] [role=checkbox], [role=row] input[type=checkbox]"),
    atMost: 2,
    use: press,
  },
  filter: {
    find: (main) => main.locator("button[aria-haspopup=listbox]"),
    atMost: 3,
    async use(found, page) {
      await found.click();
      await page.getByRole("option", { selected: false }).last().click();
    },
  },
  search: {
    find: (main) => main.getByRole("searchbox"),
    atMost: 1,
    async use(found) {
      await found.fill("c");
      await found.press("Enter");
    },
  },
  slider: {
    find: (main) => main.getByRole("slider", { name: slidersOfView }),
    atMost: 2,
    async use(found) {
      await found.press("ArrowRight");
      await found.press("ArrowRight");
    },
  },
  choice: {
    find: (main) => main.getByRole("combobox", { name: choicesOfView }),
    atMost: 2,
    async use(found, page) {
      await found.click();
      await page.getByRole("listbox").getByRole("option").last().click();
    },
  },
  select: {
    find: (main) => main.locator(notInDraft("select")).and(main.getByRole("combobox", { name: selectsOfView })),
    atMost: 3,
    use: (found) => found.press("End"),
  },
  number: {
    find: (main) => main.locator(`${wizard} input[inputmode]`),
    atMost: 3,
    async use(found) {
      await found.fill("3");
      await found.press("Tab");
    },
  },
  switch: {
    find: (main) => main.getByRole("switch", { name: switchesOfView }).or(main.locator(`${wizard} [role=switch]`)),
    atMost: 4,
    use: press,
  },
  box: {
    find: (main) => main.locator(`${notInDraft("input[type=checkbox]")}:not([role=switch], [role=row] *)`),
    atMost: 3,
    use: press,
  },
  radio: {
    find: (main) =>
      main.locator(notInDraft("input[type=radio]:not(:checked)")).or(
        // Stands in a form, and says how that looks.
        main.getByRole("group", { name: "Form of the request" }).locator("input:not(:checked)"),
      ),
    atMost: 1,
    isHidden: true,
    // The label.
    use: (found) => found.locator("xpath=..").click(),
  },
  // A chart's table, a step of a graph, a column of a preview.
  toggle: { find: (main) => main.locator("button[aria-pressed]"), atMost: 3, use: press },
  innerTab: {
    find: (main) => main.locator("[role=tabpanel] [role=tablist] [aria-selected=false]"),
    atMost: 1,
    use: press,
  },
};

/** Other tabs are states of their own. */
const leading: Readonly<Record<string, Kind>> = {
  tab: { find: (main) => main.locator("[role=tablist] [aria-selected=false]"), atMost: 1, use: press },
};

/**
 * Some of them are on no page. What one group shows another may take away: the boxes what is unfolded, the tabs all.
 */
export function controlsOf(studio: Studio): Control[][] {
  return [unfolding, changing, leading].map((kinds) =>
    Object.entries(kinds).flatMap(([name, kind]) =>
      Array.from({ length: kind.atMost }, (_, n) => ({ name: `${name} ${n}`, use: () => useNth(studio, kind, n) })),
    ),
  );
}

/** What an earlier control has brought is used too, and what it took away is not. @returns whether it is there */
async function useNth({ page, settle }: Studio, { find, use, isHidden = false }: Kind, n: number): Promise<boolean> {
  const control = find(page.getByRole("main")).nth(n);
  if ((await control.count()) === 0 || !(await control.isEnabled())) return false;
  if (!isHidden && !(await control.isVisible())) return false;
  await use(control, page);
  await settle();
  return true;
}
