/** From a table to an answer, step by step, as a user does it: with the keyboard or the mouse, tested or photographed. */
import type { Page } from "playwright-core";
import type { Hand } from "./hands.ts";

export interface Walk {
  readonly page: Page;
  readonly hand: Hand;
  readonly workspace: string;
  /** The administrator's. */
  readonly token: string;
  /** What is uploaded: a path, or content. */
  readonly file: string | { readonly name: string; readonly mimeType: string; readonly buffer: Buffer };
  /** The column that the wizard proposes for it. */
  readonly target: string;
  /** Called when there is something to see. */
  readonly onStep?: (name: string) => Promise<void>;
}

const shows = async ({ onStep }: Walk, name: string): Promise<void> => onStep?.(name);

/** @returns the curl line that the endpoint's page gives, with the key */
export async function walkToAnswer(walk: Walk): Promise<string> {
  await signInByPage(walk);
  await startAutoML(walk);
  await walk.page.getByText("Finished").first().waitFor({ timeout: 120_000 });
  await shows(walk, "models");
  await deploy(walk);
  return callEndpoint(walk);
}

async function signInByPage(walk: Walk): Promise<void> {
  const { page, hand, token, workspace } = walk;
  await page.goto(`/w/${workspace}`);
  const field = page.getByLabel("Token");
  await field.waitFor();
  await shows(walk, "sign-in");
  await hand.write(field, token);
  await hand.press(page.getByRole("button", { name: "Sign in" }));
  await page.getByRole("heading", { name: "Home", level: 1 }).waitFor();
  await shows(walk, "home");
}

/** Uploads the file in the first step of the wizard, and takes what it proposes but for the time. */
async function startAutoML(walk: Walk): Promise<void> {
  const { page, hand, file, target } = walk;
  await hand.go("Automated ML");
  await hand.press(page.getByRole("main").getByRole("link", { name: "New run" }).first());
  const choose = page.getByRole("button", { name: "Choose a file" });
  const [chooser] = await Promise.all([page.waitForEvent("filechooser"), hand.press(choose)]);
  await chooser.setFiles(file);
  await page.getByText("a guess by its name").waitFor();
  const proposed = await page.getByRole("combobox", { name: "Target" }).inputValue();
  if (proposed !== target) throw new Error(`The wizard proposes ${proposed}, not ${target}.`);
  await shows(walk, "data-and-target");
  await hand.press(page.getByRole("button", { name: /^Next: goal/ }));
  await hand.slideToStart(page.getByRole("slider", { name: "Time limit" }));
  await page.waitForURL(/[?&]time=20\b/);
  await shows(walk, "goal-and-time");
  await hand.press(page.getByRole("button", { name: /^Next: review/ }));
  await page.getByRole("button", { name: "Start run" }).waitFor();
  await shows(walk, "review");
  await hand.press(page.getByRole("button", { name: "Start run" }));
  await page.waitForURL(/\/jobs\/[0-9a-f]{32}/);
}

async function deploy(walk: Walk): Promise<void> {
  const { page, hand } = walk;
  await hand.press(
    page
      .getByRole("main")
      .getByRole("link", { name: /^Deploy/ })
      .first(),
  );
  await page.getByRole("button", { name: "Deploy", exact: true }).waitFor();
  await shows(walk, "deploy");
  await hand.press(page.getByRole("button", { name: "Deploy", exact: true }));
  await page.waitForURL(/\/endpoints\/(?!new)/);
  await page.getByText("Healthy").first().waitFor();
}

async function callEndpoint(walk: Walk): Promise<string> {
  const { page, hand } = walk;
  await hand.press(page.getByRole("button", { name: "Send" }));
  await page.getByRole("main").getByText("200").first().waitFor();
  await shows(walk, "answer");
  await hand.choose(page.getByRole("tab", { name: "Consume" }));
  await shows(walk, "consume");
  await hand.press(page.getByRole("switch", { name: "With the real key" }));
  await page.locator("main pre", { hasNotText: "KEY" }).first().waitFor();
  const block = page.locator("main div:has(> pre)").first();
  await hand.press(block.getByRole("button", { name: /^Copy/ }));
  return page.evaluate("navigator.clipboard.readText()");
}
