/** Which data folder has an endpoint's folder: endpoints run where their files lie. */
import { link, mkdir, open, readFile, unlink } from "node:fs/promises";
import { join } from "node:path";
import { newId } from "../../base/index.ts";

export interface Home {
  /** Of the data folder; the same as long as the folder lives, whatever the machine is called. */
  readonly id: string;
  /** Where the folders of endpoints are. */
  readonly folder: string;
}

/** @param folder where the folders of endpoints are; made where it is missing */
export async function openHome(folder: string): Promise<Home> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, "home");
  const id = (await readIfThere(path)) ?? (await makeHome(path));
  return { id, folder };
}

export function folderOf({ folder }: Pick<Home, "folder">, endpointId: string): string {
  return join(folder, endpointId);
}

/** Written whole under another name and then linked: of two servers that start at once, one finds the other's id. */
async function makeHome(path: string): Promise<string> {
  const id = newId();
  const partial = `${path}.${id}.partial`;
  const file = await open(partial, "wx", 0o600);
  try {
    await file.writeFile(id);
    await file.sync();
  } finally {
    await file.close();
  }
  try {
    await link(partial, path);
    return id;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    return readFile(path, "utf8");
  } finally {
    await unlink(partial);
  }
}

async function readIfThere(path: string): Promise<string | null> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}
