/** The controls of a page that change what it shows, and only that: tabs, sorting, filters, selection, switches, choices. */
import type { Locator, Page } from "playwright-core";
import type { Studio } from "./browser.ts";

export interface Control {
  readonly name: string;
  readonly use: () => Promise<void>;
}

interface Kind {
  readonly find: (main: Locator) => Locator;
  /** How many of a page are used. */
  readonly atMost: number;
  readonly use: (found: Locator, page: Page) => Promise<void>;
}

const press = (found: Locator): Promise<void> => found.click();

/** The others change the server, or show a key, which no address may have. */
const switchesOfView =
  /^(Only what differs|Runs as rows|Parallel coordinates|Only mine|Logarithmic|Explain the answer|(Voting|Stack) ensemble)$/;

/** Those of a deployment's share stand in a draft that is not sent yet. */
const slidersOfView = /^(Smoothing|Time limit|Called .* from a probability of)/;

/** The others are fields of a form that is sent. */
const choicesOfView = /^(Dataset|Target)$/;

const kinds: Readonly<Record<string, Kind>> = {
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
    find: (main) => main.locator("select:not(form select, dialog select)"),
    atMost: 3,
    use: (found) => found.press("End"),
  },
  switch: { find: (main) => main.getByRole("switch", { name: switchesOfView }), atMost: 3, use: press },
  // What is chosen in a draft that is not sent yet stands in no address.
  radio: {
    find: (main) => main.locator("fieldset:not(form fieldset) input[type=radio]:not(:checked)"),
    atMost: 1,
    // The label: of a segment the button itself is hidden.
    use: (found) => found.locator("xpath=..").click(),
  },
  // Other tabs are states of their own.
  tab: {
    // Which form of a text is shown stands in no address.
    find: (main) => main.locator(`[role=tablist]:not([aria-label=Form], [aria-label=Language]) [aria-selected=false]`),
    atMost: 1,
    use: press,
  },
};

/** All of the page as it is now, in the order of the kinds above: the tabs come last, for they lead away. */
export async function controlsOf({ page, settle }: Studio): Promise<Control[]> {
  const main = page.getByRole("main");
  const controls: Control[] = [];
  for (const [kind, { find, atMost, use }] of Object.entries(kinds)) {
    const found = find(main);
    const count = Math.min(await found.count(), atMost);
    for (let n = 0; n < count; n++) {
      const one = async (): Promise<void> => {
        // What an earlier control took away cannot be used any more.
        const control = found.nth(n);
        if ((await control.count()) === 0 || !(await control.isEnabled())) return;
        if (kind !== "radio" && !(await control.isVisible())) return;
        await use(control, page);
        await settle();
      };
      controls.push({ name: `${kind} ${n}`, use: one });
    }
  }
  return controls;
}
