/**
 * Folders in the system's folder for temporary files that a process leaves when it is killed, and the next one of its
 * kind removes. Each says in a file whose it is: one is removed that is this user's, of this machine (and container), and
 * whose process is gone. One that does not say so is not ours.
 */
import { lstat, mkdtemp, readdir, readFile, readlink, rm, writeFile } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { processStart } from "./process-start.ts";

const ownerFile = "owner.json";

interface Owner {
  readonly pid: number;
  readonly processStart: string;
  /** Where the number of a process means the same process. */
  readonly place: string;
}

/** @param prefix of its name: "slipway-replica-" @returns its path; nobody else can read it */
export async function makeTemporaryFolder(prefix: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), prefix));
  const owner: Owner = { pid: process.pid, processStart: processStart(process.pid) ?? "", place: await placeOf() };
  await writeFile(join(folder, ownerFile), JSON.stringify(owner), { mode: 0o600 });
  return folder;
}

/** Removes the folders of `makeTemporaryFolder` with this prefix whose processes are gone. Never rejects. */
export async function removeLeftFolders(prefix: string): Promise<void> {
  const names = await readdir(tmpdir()).catch(() => []);
  const place = await placeOf();
  for (const name of names.filter((each) => each.startsWith(prefix))) {
    const folder = join(tmpdir(), name);
    // One that goes in the meantime is another's work.
    if (await isLeft(folder, place).catch(() => false))
      await rm(folder, { recursive: true, force: true }).catch(() => {});
  }
}

async function isLeft(folder: string, place: string): Promise<boolean> {
  const found = await lstat(folder);
  if (!found.isDirectory() || found.uid !== process.getuid?.()) return false;
  const owner = JSON.parse(await readFile(join(folder, ownerFile), "utf8")) as Partial<Owner> | null;
  if (owner === null || !Number.isSafeInteger(owner.pid) || !owner.processStart || owner.place !== place) return false;
  return processStart(owner.pid as number) !== owner.processStart;
}

/** Containers may share the folder: each has process numbers, and mostly a name, of its own. */
async function placeOf(): Promise<string> {
  return `${hostname()} ${await readlink("/proc/self/ns/pid").catch(() => "")}`;
}
