/** Two ways to use a page: by the keyboard alone, and by the mouse. A walk is the same for both. */
import type { Locator, Page } from "playwright-core";

export interface Hand {
  /** A button, link, switch or box. */
  press(control: Locator): Promise<void>;
  /** Replaces what a field holds. */
  write(field: Locator, text: string): Promise<void>;
  /** A tab of a list of tabs. */
  choose(tab: Locator): Promise<void>;
  /** To its least value. */
  slideToStart(slider: Locator): Promise<void>;
  /** To a page of the navigation. */
  go(place: string): Promise<void>;
}

const mostStops = 200;

/** @param keys of places: what follows "g" */
export function keyboardHand(page: Page, keys: Readonly<Record<string, string>>): Hand {
  const focus = async (control: Locator): Promise<void> => {
    await control.waitFor();
    for (let stop = 0; stop < mostStops; stop++) {
      if (await control.evaluate((element) => element === element.ownerDocument.activeElement)) return;
      await page.keyboard.press("Tab");
    }
    throw new Error(`No key leads to ${String(control)}.`);
  };
  return {
    async press(control) {
      await focus(control);
      const role = (await control.getAttribute("role")) ?? (await control.getAttribute("type"));
      await page.keyboard.press(role === "switch" || role === "checkbox" ? "Space" : "Enter");
    },
    async write(field, text) {
      await focus(field);
      await page.keyboard.press("Control+a");
      await page.keyboard.insertText(text);
    },
    async choose(tab) {
      await tab.waitFor();
      await focus(tab.locator("xpath=..").getByRole("tab", { selected: true }));
      for (let stop = 0; stop < 20 && (await tab.getAttribute("aria-selected")) !== "true"; stop++)
        await page.keyboard.press("ArrowRight");
    },
    async slideToStart(slider) {
      await focus(slider);
      await page.keyboard.press("Home");
    },
    async go(place) {
      await page.keyboard.press("g");
      await page.keyboard.press(keys[place] as string);
    },
  };
}

export function mouseHand(page: Page): Hand {
  return {
    press: (control) => control.click(),
    async write(field, text) {
      await field.click();
      await field.fill(text);
    },
    choose: (tab) => tab.click(),
    slideToStart: (slider) => slider.click({ position: { x: 1, y: 8 } }),
    async go(place) {
      const link = page.getByRole("navigation", { name: "Pages" }).getByRole("link", { name: place, exact: true });
      const menu = page.getByRole("button", { name: "Pages" });
      // A narrow window has it in a menu.
      if (await menu.isVisible()) await menu.click();
      await link.click();
    },
  };
}
