/** The endpoints of a data folder by their folders alone: for commands that run where no server does. */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { createController } from "./controller.ts";

/** How many have processes that live. @param folder where the folders of endpoints are; it may be missing */
export async function countRunning(folder: string): Promise<number> {
  const { readState } = createController();
  const states = await Promise.all((await foldersIn(folder)).map(readState));
  return states.filter((state) => state !== null).length;
}

/**
 * Requests that run are answered. The rows still want them started: the next server starts them again.
 * @returns how many had processes
 */
export async function stopAll(folder: string): Promise<number> {
  const { stopEndpoint } = createController();
  const running = await countRunning(folder);
  await Promise.all((await foldersIn(folder)).map(stopEndpoint));
  return running;
}

async function foldersIn(folder: string): Promise<string[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries.filter((entry) => entry.isDirectory()).map(({ name }) => join(folder, name));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}
